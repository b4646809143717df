//! What a 401 says about how to do better: `WWW-Authenticate`.

use std::fmt::Write;

use axum::http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
    request::Parts,
};

use super::{Refused, policy::Asker};
use crate::{
    loader::Source,
    request::{LoginHandle, Via},
};

/// Names every kind of credential that would help.
///
/// Where the user is known, and it is the way or the age of the login that does not do, another
/// credential would not help: bearer tokens have a word for that (RFC 9470), the others do not.
/// Browsers answer `Basic` with a dialog, so it is named to who came with `Authorization` or calls an
/// API, and never to a script.
pub(super) fn add(
    to: &mut HeaderMap,
    handle: &LoginHandle,
    parts: &Parts,
    refused: Refused,
    asker: Asker,
) {
    let realm = &*handle.realm;
    let name = &realm.name;
    let dialog = asker.may_see_dialog()
        && (refused.via == Via::Request || parts.headers.contains_key(AUTHORIZATION));
    for loader in &realm.request_loaders {
        let source = loader.source();
        let challenge = match source {
            Source::Bearer => {
                let mut text = format!("Bearer realm=\"{name}\"");
                if refused.is_known() {
                    text.push_str(", error=\"insufficient_user_authentication\"");
                } else if source.is_present(parts) {
                    text.push_str(", error=\"invalid_token\"");
                }
                if let Some(seconds) = refused.max_age {
                    let _ = write!(text, ", max_age=\"{seconds}\"");
                }
                text
            }
            _ if refused.is_known() => continue,
            Source::Basic if dialog => format!("Basic realm=\"{name}\", charset=\"UTF-8\""),
            Source::Header(header) => format!("ApiKey realm=\"{name}\", header=\"{header}\""),
            Source::Basic | Source::Query(_) | Source::Anything => continue,
        };
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            to.append(WWW_AUTHENTICATE, challenge);
        }
    }
}
