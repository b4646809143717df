//! The check that all guards make of a request.

use axum::{http::request::Parts, response::Response};

use super::{Fresh, Right, Whose, whose::finder};
use crate::{
    identify,
    refusal::{self, RefusalReason, Refused},
    request::{FoundBy, LoginHandle, Via, effective},
};

/// What of an [`Access`](super::Access) is checked of each request, besides that there is a login.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Check<'a> {
    pub(crate) fresh: Option<Fresh>,
    pub(crate) via: Via,
    pub(crate) rights: &'a [Right<'a>],
}

/// Lets a request pass that has what the guard asks for.
pub(super) async fn admit<U: Whose>(parts: &mut Parts, check: Check<'_>) -> Result<(), Response> {
    let handle = finder::<U>()(&parts.extensions).map_err(refusal::no_handle)?;
    admit_by(&handle, parts, check).await
}

// Apart from the generic function, so that it is compiled once.
pub(super) async fn admit_by(
    handle: &LoginHandle,
    parts: &mut Parts,
    check: Check<'_>,
) -> Result<(), Response> {
    let found = identify::settle(handle, parts, check.via).await;
    let found = found.map_err(|failure| refusal::failed(failure, parts))?;
    let refused = match found {
        None => Some(Refused::new(RefusalReason::Unauthorized, check.via)),
        Some(by) => lacking(handle, by, check)?,
    };
    let Some(refused) = refused else {
        return Ok(());
    };
    Err(refusal::refuse(handle, parts, refused).await)
}

/// What a user lacks, rights first: entering the password again would not help without them.
fn lacking(
    handle: &LoginHandle,
    by: FoundBy,
    check: Check<'_>,
) -> Result<Option<Refused>, Response> {
    for right in check.rights {
        let user = handle.present_user();
        match user.and_then(|user| right.is_held_by(&*user)) {
            Some(true) => {}
            Some(false) => return Ok(Some(Refused::new(RefusalReason::Forbidden, check.via))),
            None => return Err(refusal::misuse(right.no_source())),
        }
    }
    let Some(fresh) = check.fresh else {
        return Ok(None);
    };
    let within = match fresh {
        Fresh::Default => handle.realm.limits.fresh,
        Fresh::Within(seconds) => i64::try_from(seconds).unwrap_or(i64::MAX),
    };
    if is_fresh(handle, by, within) {
        return Ok(None);
    }
    Ok(Some(Refused {
        max_age: Some(within),
        by_request: by == FoundBy::Request,
        ..Refused::new(RefusalReason::NeedsRefresh, check.via)
    }))
}

/// Whether the user came by a login that is fresh; what a request loader found never is.
fn is_fresh(handle: &LoginHandle, by: FoundBy, within: i64) -> bool {
    let current = effective(handle, &handle.state());
    by != FoundBy::Request && current.is_some_and(|current| handle.is_fresh(&current, Some(within)))
}
