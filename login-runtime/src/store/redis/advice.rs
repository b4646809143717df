//! What helps against an error of Redis.

use std::{error::Error, fmt};

use redis::RedisError;

use super::key::Key;
use crate::store::StoreError;

/// An error of Redis with the name of the server and what to do about it.
#[derive(Debug)]
struct Failure {
    server: Box<str>,
    advice: Option<&'static str>,
    cause: RedisError,
}

pub(super) fn failure(server: &str, cause: RedisError) -> StoreError {
    let advice = match cause.code() {
        Some("NOAUTH" | "WRONGPASS") => Some("refuses the account; check its name and password"),
        Some("NOPERM") => Some(
            "does not let this account do that; grant it the keys `login-runtime:*` and `+@read \
             +@write +@scripting +info +wait`",
        ),
        Some("READONLY") => Some("is a replica by now; give the address of its primary"),
        Some("OOM") => Some("is full; raise `maxmemory`"),
        Some("MISCONF") => Some("cannot write to its disk, and so takes nothing; check its disk"),
        Some("NOREPLICAS") => Some("has too few replicas to take anything; check the replication"),
        Some("LOADING") => Some("is starting; it will be back"),
        Some("CLUSTERDOWN" | "TRYAGAIN") => Some("is a cluster that is finding itself; try again"),
        Some("MOVED" | "ASK") => {
            Some("is part of a cluster; make the store with `RedisStore::connect`")
        }
        Some("WRONGTYPE") => Some(
            "has something else under a key that begins with `login-runtime:`; give the logins a \
             database of their own",
        ),
        _ if cause.is_timeout() => Some("did not answer in time"),
        _ if cause.is_io_error() => Some("cannot be reached; check its address, and that it runs"),
        _ => None,
    };
    let server = server.into();
    StoreError::unavailable(Failure {
        server,
        advice,
        cause,
    })
}

/// A field that no release of this crate has written, or one that is too new.
pub(super) fn unreadable(server: &str, key: &Key) -> StoreError {
    StoreError::unavailable(format!(
        "`{server}` has a login under `{}` that was not written by login-runtime, or by a release \
         that is too new; upgrade this program, or delete the key",
        key.text()
    ))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let advice = self.advice.unwrap_or("failed");
        write!(f, "`{}` {advice} ({})", self.server, self.cause)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}
