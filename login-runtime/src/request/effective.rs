//! The login as it is found after what was staged.

use std::sync::Arc;

use super::{CurrentLogin, FoundBy, FoundUser, LoginHandle, RequestState, Staged, Standing};
use crate::login::life;

/// The login as it stands after what was staged; none where the request turned out to come from
/// another user, or where the login does not count for its user.
pub(crate) fn effective(handle: &LoginHandle, state: &RequestState) -> Option<CurrentLogin> {
    match &state.staged {
        Some(Staged::Login(staged)) => Some(CurrentLogin {
            login: Arc::new(staged.login.clone()),
            by: FoundBy::Session,
            same_client: true,
            standing: Standing::Proved,
        }),
        Some(Staged::Confirm(staged)) => {
            let login = life::freshened(&staged.current.login, staged.now);
            Some(CurrentLogin {
                login: Arc::new(login),
                by: staged.current.by,
                same_client: true,
                standing: Standing::Proved,
            })
        }
        None => {
            let current = state.record.known()?.clone()?;
            match state.user.known() {
                None => Some(current),
                Some(found) => found
                    .as_ref()
                    .is_some_and(|found| is_owner(handle, found, &current))
                    .then_some(current),
            }
        }
    }
}

/// Whether the user of the request is the one that the login was found for.
fn is_owner(handle: &LoginHandle, found: &FoundUser, current: &CurrentLogin) -> bool {
    found.by != FoundBy::Request
        // Without a user loader a request loader says whose the login is.
        || (handle.realm.user_loader.is_none()
            && *found.user.get_id() == *current.login.user_id)
}
