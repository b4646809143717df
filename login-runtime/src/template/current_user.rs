//! The user as templates see them.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use minijinja::{
    Error, ErrorKind, State,
    value::{Enumerator, Object, Serde, Value, ValueKind, from_args},
};
use serde::Serialize;

/// What a template can ask about the login, whatever fields the user has.
const OWN: [&str; 4] = ["is_authenticated", "is_active", "is_anonymous", "get_id"];

/// `current_user` in a template.
///
/// [`OWN`] come from the login and can be written with and without parentheses; every other name
/// is a field that the user serialises. In a condition it is true for somebody who is logged in.
pub(crate) struct TemplateUser<U> {
    /// Who is logged in, or the guest that stands for a visitor.
    pub(crate) user: Option<Arc<U>>,
    pub(crate) is_authenticated: bool,
    pub(crate) is_active: bool,
    pub(crate) id: Option<String>,
    /// The user, serialised when a template first asks for a field.
    pub(crate) fields: OnceLock<Value>,
}

impl<U: Serialize> TemplateUser<U> {
    fn fields(&self) -> &Value {
        self.fields.get_or_init(|| match &self.user {
            Some(user) => Value::from(Serde(&**user)),
            None => Value::UNDEFINED,
        })
    }

    fn own(&self, name: &str) -> Option<Value> {
        Some(match name {
            "is_authenticated" => self.is_authenticated.into(),
            "is_active" => self.is_active.into(),
            "is_anonymous" => (!self.is_authenticated).into(),
            "get_id" => self.id.as_deref().into(),
            _ => return None,
        })
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let field = || match self.fields().kind() {
            ValueKind::Map => self
                .fields()
                .get_attr(name)
                .ok()
                .filter(|it| !it.is_undefined()),
            // Serialisation failed; the engine turns the value into that error.
            ValueKind::Invalid => Some(self.fields().clone()),
            _ => None,
        };
        self.own(name).or_else(field)
    }
}

impl<U: Serialize + Send + Sync + 'static> Object for TemplateUser<U> {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.attribute(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let fields = self.fields();
        let keys = match fields.kind() {
            ValueKind::Map => fields.try_iter().ok(),
            _ => None,
        };
        let other = |key: &Value| key.as_str().is_none_or(|key| !OWN.contains(&key));
        let own = OWN.into_iter().map(Value::from);
        Enumerator::Values(
            own.chain(keys.into_iter().flatten().filter(other))
                .collect(),
        )
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.is_authenticated
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let value = self
            .own(method)
            .ok_or_else(|| Error::from(ErrorKind::UnknownMethod))?;
        from_args::<()>(args)?;
        Ok(value)
    }
}

impl<U> fmt::Debug for TemplateUser<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("current_user")
            .field("is_authenticated", &self.is_authenticated)
            .finish_non_exhaustive()
    }
}
