//! Who a request comes from, as far as that can be told.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderName, header::USER_AGENT, request::Parts},
    middleware::Next,
    response::Response,
};

/// The address and the program of a client. The program is its own word.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) address: Option<IpAddr>,
    pub(crate) user_agent: Option<String>,
}

/// The address of a request, once [`note_address`] has found it.
#[derive(Clone, Copy, Debug)]
struct Address(IpAddr);

/// Finds the client's address for everything that asks later: in the header that the site's own proxy
/// writes, or else at the other end of the connection.
pub(crate) async fn note_address(
    State(header): State<Option<HeaderName>>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = match header {
        Some(name) => {
            let value = request.headers().get(name);
            value.and_then(|value| value.to_str().ok()?.trim().parse().ok())
        }
        None => {
            let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
            peer.map(|peer| peer.0.ip())
        }
    };
    if let Some(address) = address {
        request.extensions_mut().insert(Address(address));
    }
    next.run(request).await
}

/// What [`note_address`] has found.
pub(crate) fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get().map(|Address(address)| *address)
}

impl Client {
    /// What counts as one client where tries are counted: of IPv6 a whole network, since everybody has
    /// more addresses there than could be counted.
    pub(crate) fn network(&self) -> Option<IpAddr> {
        self.address.map(|address| match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let user_agent = parts.headers.get(USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        Ok(Self {
            address: address(parts),
            user_agent: user_agent.map(|text| text.chars().take(256).collect()),
        })
    }
}

/// What a browser calls itself, in the words of its user: `Firefox on Linux`.
pub(crate) fn device_name(user_agent: &str) -> String {
    // Most browsers name the others too, so the order counts.
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(part, _)| user_agent.contains(part));
        found.map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if user_agent.is_empty() => "Unknown device".to_owned(),
        (None, None) => user_agent.chars().take(40).collect(),
    }
}

#[test]
fn browsers_are_called_as_their_users_call_them() {
    for (user_agent, expected) in [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.9", "curl"),
        ("", "Unknown device"),
        ("my own program", "my own program"),
    ] {
        assert_eq!(device_name(user_agent), expected);
    }
}

#[test]
fn of_ipv6_a_network_is_one_client() {
    let network = |address: &str| {
        let address = Some(address.parse().expect("an address"));
        let client = Client {
            address,
            user_agent: None,
        };
        client.network().expect("a network").to_string()
    };
    assert_eq!(network("192.0.2.7"), "192.0.2.7");
    assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
}
