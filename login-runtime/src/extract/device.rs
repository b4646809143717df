//! A device that a user is logged in on.

use std::{net::IpAddr, sync::Arc};

use crate::{
    clock::Timestamp,
    login::{Login, LoginId},
};

/// A device that a user is logged in on.
///
/// With the feature `serde` it is serialised as what its methods say, under their names: `id` and
/// `address` as text, the times as seconds since 1970.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) login: Arc<Login>,
    pub(crate) current: bool,
}

#[cfg(feature = "serde")]
impl serde::Serialize for Device {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;

        let mut device = serializer.serialize_struct("Device", 8)?;
        device.serialize_field("id", &self.id())?;
        device.serialize_field("user_id", self.user_id())?;
        device.serialize_field("is_current", &self.is_current())?;
        device.serialize_field("user_agent", &self.user_agent())?;
        let address = self.address().map(|address| address.to_string());
        device.serialize_field("address", &address)?;
        device.serialize_field("created_at", &self.created_at().as_secs())?;
        device.serialize_field("last_seen_at", &self.last_seen_at().as_secs())?;
        device.serialize_field("is_remembered", &self.is_remembered())?;
        device.end()
    }
}

impl Device {
    /// The id to end this login with.
    pub fn id(&self) -> LoginId {
        self.login.id
    }

    /// Who is logged in on it, as [`UserMixin::get_id`](crate::UserMixin::get_id) wrote it.
    pub fn user_id(&self) -> &str {
        &self.login.user_id
    }

    /// Whether it is the device that asks.
    pub fn is_current(&self) -> bool {
        self.current
    }

    /// What the device called itself at login, at most 256 bytes. It is the client's own word:
    /// escape it.
    pub fn user_agent(&self) -> Option<&str> {
        self.login.user_agent.as_deref()
    }

    /// Where the login came from.
    pub fn address(&self) -> Option<IpAddr> {
        self.login.address
    }

    /// When the login was made.
    pub fn created_at(&self) -> Timestamp {
        self.login.created_at()
    }

    /// When the device was last seen, to within the touch interval.
    pub fn last_seen_at(&self) -> Timestamp {
        self.login.last_seen_at()
    }

    /// Whether the login is remembered.
    pub fn is_remembered(&self) -> bool {
        self.login.remember.is_some()
    }
}
