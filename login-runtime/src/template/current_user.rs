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

use crate::{
    extract::CurrentUser,
    user::{UnknownRole, UserMixin},
};

/// What a template can ask about the login, whatever fields the user has.
const OWN: [&str; 4] = ["is_authenticated", "is_active", "is_anonymous", "get_id"];

/// `current_user` in a template.
///
/// [`OWN`] come from the login and can be written with and without parentheses; `has_role` and
/// `has_permission` take a name; everything else is a field that the user serialises. In a condition it is true for somebody who is logged in.
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

    /// Whether somebody is logged in who has the role, as a guard would ask.
    fn has_role(&self, name: &str) -> Result<Value, Error> {
        if let Some(all) = U::all_roles()
            && !all.contains(&name)
        {
            let unknown = UnknownRole::new(name);
            return Err(mistake(&format!("{unknown}, only {}", listed(all))));
        }
        let missing = "these users have no roles: put `#[login(roles)]` on a field of the user";
        self.right(missing, |user| user.has_role(name))
    }

    fn has_permission(&self, name: &str) -> Result<Value, Error> {
        if let Some(all) = U::all_permissions()
            && !all.contains(&name)
        {
            let only = listed(all);
            return Err(mistake(&format!(
                "there is no permission `{name}`, only {only}"
            )));
        }
        let missing =
            "these users have no permissions: put `#[login(permissions)]` on a field of the user";
        self.right(missing, |user| user.has_permission(name))
    }

    fn right(
        &self,
        missing: &'static str,
        ask: impl FnOnce(&U) -> Option<bool>,
    ) -> Result<Value, Error> {
        let has = match self.current.user() {
            Some(user) => ask(user).ok_or_else(|| mistake(missing))?,
            None => false,
        };
        Ok(has.into())
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

/// A question that no user could ever answer: better a page that fails than one that never shows
/// what it should.
fn mistake(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.to_owned())
}

fn listed(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
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
        match method {
            "has_role" => return self.has_role(from_args::<(&str,)>(args)?.0),
            "has_permission" => return self.has_permission(from_args::<(&str,)>(args)?.0),
            _ => {}
        }
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
