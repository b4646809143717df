//! Session protection: whether a session still comes from the client it was made for.

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::ConnectInfo,
    http::{header::USER_AGENT, request::Parts},
};

/// What to do with a session that comes from another client than it was made for.
///
/// The client is told by its `User-Agent`, and by its network as well after
/// [`bind_network`](crate::LoginManagerBuilder::bind_network). Both can be imitated by whoever
/// stole the cookie together with a look at the request; this is a second net, not the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionProtection {
    /// Nothing: the client is not looked at.
    Off,
    /// The login goes on, but such a request is not fresh. What
    /// [`#[fresh_login_required]`](crate::fresh_login_required) guards stays closed to it.
    #[default]
    Basic,
    /// The login ends, and both cookies are removed.
    Strong,
}

/// A function that tells the client's network address.
pub(crate) type ClientAddress = Box<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

/// How clients are told apart.
pub(crate) struct Protection {
    pub(crate) mode: SessionProtection,
    pub(crate) bind_network: bool,
    pub(crate) client_address: Option<ClientAddress>,
}

/// The client's network was asked for, but the request does not have it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoAddress;

impl Protection {
    /// The address of the client: as the application tells it, or the peer of the connection.
    pub(crate) fn address(&self, parts: &Parts) -> Option<IpAddr> {
        match &self.client_address {
            Some(address) => address(parts),
            None => parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|peer| peer.0.ip()),
        }
    }

    /// What identifies the client of a request, if clients are told apart at all; to be kept as a
    /// keyed digest only.
    #[inline]
    pub(crate) fn identifier<'a>(
        &self,
        parts: &'a Parts,
    ) -> Result<Option<Cow<'a, [u8]>>, NoAddress> {
        if self.mode == SessionProtection::Off {
            return Ok(None);
        }
        let agent = parts
            .headers
            .get(USER_AGENT)
            .map_or(&b""[..], |agent| agent.as_bytes());
        if !self.bind_network {
            return Ok(Some(agent.into()));
        }
        let network = network(self.address(parts).ok_or(NoAddress)?);
        Ok(Some([&network[..], agent].concat().into()))
    }
}

/// The network an address belongs to, /24 or /56: telephones change the rest all the time.
fn network(address: IpAddr) -> [u8; 8] {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            [4, a, b, c, 0, 0, 0, 0]
        }
        IpAddr::V6(address) => {
            let mut network = [6; 8];
            network[1..].copy_from_slice(&address.octets()[..7]);
            network
        }
    }
}

/// What a device is called in a list of logins: its user agent, at most 256 bytes.
pub(crate) fn display_agent(parts: &Parts) -> Option<Box<str>> {
    let agent = parts.headers.get(USER_AGENT)?;
    let text = String::from_utf8_lossy(agent.as_bytes());
    let end = text.floor_char_boundary(256);
    Some(text[..end].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_24_or_56_bits_and_mapped_addresses_are_v4() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), of("192.0.2.200"));
        assert_ne!(of("192.0.2.7"), of("192.0.3.7"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_eq!(of("2001:db8:1:2ff::1"), of("2001:db8:1:200::2"));
        assert_ne!(of("2001:db8:1:2ff::1"), of("2001:db8:1:300::1"));
    }
}
