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

use crate::{extract::CurrentUser, user::UserMixin};

/// What a template can ask about the login, whatever fields the user has.
const OWN: [&str; 4] = ["is_authenticated", "is_active", "is_anonymous", "get_id"];

/// `current_user` in a template.
///
/// [`OWN`] come from the login and can be written with and without parentheses; every other name
/// is a field that the user serialises. In a condition it is true for somebody who is logged in.
pub(super) struct TemplateUser<U> {
    current: CurrentUser<U>,
    /// The user, or the stand-in for visitors, serialised when a template first asks for a field.
    fields: OnceLock<Value>,
}

impl<U> From<CurrentUser<U>> for TemplateUser<U> {
    fn from(current: CurrentUser<U>) -> Self {
        Self {
            current,
            fields: OnceLock::new(),
        }
    }
}

impl<U: UserMixin + Serialize> TemplateUser<U> {
    fn fields(&self) -> &Value {
        self.fields
            .get_or_init(|| match self.current.user_or_anonymous() {
                Some(user) => Value::from(Serde(user)),
                None => Value::UNDEFINED,
            })
    }

    fn own(&self, name: &str) -> Option<Value> {
        Some(match name {
            "is_authenticated" => self.current.is_authenticated().into(),
            "is_active" => self.current.is_active().into(),
            "is_anonymous" => self.current.is_anonymous().into(),
            "get_id" => self.current.get_id().into(),
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

impl<U: UserMixin + Serialize> Object for TemplateUser<U> {
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
        self.current.is_authenticated()
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

impl<U: UserMixin> fmt::Debug for TemplateUser<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("current_user")
            .field("is_authenticated", &self.current.is_authenticated())
            .finish_non_exhaustive()
    }
}
