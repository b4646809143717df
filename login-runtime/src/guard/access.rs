//! What a route asks of those who call it.

use std::{
    any::{TypeId, type_name},
    fmt,
};

use super::{Guard, Public, short_name};

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
    /// What guards of the application's own ask for, in their words.
    pub also: Vec<String>,
}

/// How fresh a login has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Fresh {
    /// By the manager's setting.
    Default,
    /// Within so many seconds.
    Within(u64),
}

impl Fresh {
    /// Seconds as a guard's type carries them, where 0 stands for the manager's setting.
    pub(super) fn within(seconds: u64) -> Self {
        match seconds {
            0 => Self::Default,
            seconds => Self::Within(seconds),
        }
    }
}

impl Access {
    /// The access of a public route.
    pub fn public() -> Self {
        Self::default()
    }

    /// Whether the route is open to everybody.
    pub fn is_public(&self) -> bool {
        !self.login && self.also.is_empty()
    }

    /// Notes the type of user that a guard names.
    pub(super) fn note_user(&mut self, name: Option<&str>) {
        let Some(name) = name else { return };
        match &mut self.user {
            None => self.user = Some(name.to_owned()),
            Some(users) if users.split(" and ").any(|user| user == name) => {}
            Some(users) => *users = format!("{users} and {name}"),
        }
    }

    /// What a guard asks for. One that is not [`Public`] and notes nothing is listed by its name: it
    /// shall not look as if the route were open to everybody.
    pub(crate) fn of<G: Guard>() -> Self {
        let mut access = Self::default();
        G::describe(&mut access);
        if access.is_public() && TypeId::of::<G>() != TypeId::of::<Public>() {
            access.also.push(short_name(type_name::<G>()).to_owned());
        }
        access
    }

    /// Asks for what another access asks for as well.
    pub(super) fn join(&mut self, other: Self) {
        self.login |= other.login;
        for user in other.user.iter().flat_map(|users| users.split(" and ")) {
            self.note_user(Some(user));
        }
        self.fresh = other.fresh.or(self.fresh);
        self.via = other.via.or(self.via);
        self.roles_required.extend(other.roles_required);
        self.roles_accepted.extend(other.roles_accepted);
        self.permissions_required.extend(other.permissions_required);
        self.permissions_accepted.extend(other.permissions_accepted);
        self.also.extend(other.also);
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_public() {
            return f.write_str("public");
        }
        match self.fresh {
            None if !self.login => return f.write_str(&self.also.join(", ")),
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
        any("permission", &self.permissions_accepted)?;
        self.also.iter().try_for_each(|what| write!(f, ", {what}"))
    }
}
