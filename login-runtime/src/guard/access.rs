//! What a route asks of those who call it.

use std::fmt;

/// What a route asks of those who call it: all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Access {
    /// Whether a login is asked for; if not, the route is public.
    pub login: bool,
    /// The type of the user, where a guard names it; several as `Admin and User`.
    pub user: Option<String>,
    /// How fresh the login has to be.
    pub fresh: Option<Fresh>,
    /// How the user has to have been found: `session` or `request`.
    pub via: Option<&'static str>,
    /// Roles that the user must all have.
    pub roles_required: Vec<String>,
    /// Lists of roles; of each the user must have one.
    pub roles_accepted: Vec<Vec<String>>,
    /// Permissions that the user must all have.
    pub permissions_required: Vec<String>,
    /// Lists of permissions; of each the user must have one.
    pub permissions_accepted: Vec<Vec<String>>,
}

/// How fresh a login has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Fresh {
    /// By the manager's setting.
    Default,
    /// Within so many seconds.
    Within(u64),
}

impl Access {
    /// The access of a public route.
    pub fn public() -> Self {
        Self::default()
    }

    /// Whether the route is open to everybody.
    pub fn is_public(&self) -> bool {
        !self.login
    }

    /// Notes the type of user that a guard names.
    pub(super) fn note_user<U: super::Whose>(&mut self) {
        let Some(name) = U::name() else { return };
        match &mut self.user {
            None => self.user = Some(name.to_owned()),
            Some(users) if users.split(" and ").any(|user| user == name) => {}
            Some(users) => *users = format!("{users} and {name}"),
        }
    }

    pub(crate) fn of<G: super::Guard>() -> Self {
        let mut access = Self::default();
        G::describe(&mut access);
        access
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_public() {
            return f.write_str("public");
        }
        match self.fresh {
            None => f.write_str("login")?,
            Some(Fresh::Default) => f.write_str("fresh login")?,
            Some(Fresh::Within(seconds)) => write!(f, "fresh login within {seconds}s")?,
        }
        if let Some(user) = &self.user {
            write!(f, " of {user}")?;
        }
        if let Some(via) = self.via {
            write!(f, " via {via}")?;
        }
        let mut all = |what: &str, names: &[String]| match names.is_empty() {
            true => Ok(()),
            false => write!(f, ", {what} {}", names.join(" and ")),
        };
        all("role", &self.roles_required)?;
        all("permission", &self.permissions_required)?;
        let mut any = |what: &str, lists: &[Vec<String>]| {
            lists
                .iter()
                .try_for_each(|names| write!(f, ", {what} {}", names.join(" or ")))
        };
        any("role", &self.roles_accepted)?;
        any("permission", &self.permissions_accepted)
    }
}
