//! Ending one login, those of a user, and everybody's.

use std::sync::Arc;

use super::listed;
use crate::{
    login::Login,
    store::{
        LoginStore,
        contract::{
            Broken, ensure, ensure_eq,
            sample::{self, create, delete, ensure_gone, ensure_kept, id, login, realm, seen},
        },
    },
};

/// `delete` ends one login, at once and for good.
pub(crate) async fn a_deleted_login_is_gone<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let ended = login(&realm(), "ada");
    let other = login(&ended.realm, "ada");
    create(&**store, &ended).await?;
    create(&**store, &other).await?;
    let unknown = Login {
        id: id(),
        ..ended.clone()
    };
    ensure!(
        !delete(&**store, &unknown).await?,
        "`delete` found a login with a new id"
    );
    ensure!(
        delete(&**store, &ended).await?,
        "`delete` did not find the login"
    );
    ensure_gone(&**store, &ended, "after `delete`").await?;
    ensure_kept(&**store, &other, "after `delete` of another login").await?;
    ensure_eq!(
        listed(&**store, &other.realm, "ada").await?,
        [other.id],
        "the user's logins"
    );
    Ok(())
}

/// `delete_user` ends the logins of one user in one realm, but the one to keep, and counts them.
pub(crate) async fn delete_user_ends_all_but_one<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let logins: Vec<_> = (0..5).map(|second| seen(&realm, "ada", second)).collect();
    let other = login(&realm, "grace");
    for login in logins.iter().chain([&other]) {
        create(&**store, login).await?;
    }
    let keep = &logins[2];
    let ended = store.delete_user(&realm, "ada", Some(keep.id)).await?;
    ensure_eq!(ended, 4, "ended logins");
    for login in logins.iter().filter(|login| login.id != keep.id) {
        ensure_gone(&**store, login, "after `delete_user`").await?;
    }
    ensure_kept(&**store, keep, "the login to keep").await?;
    let again = store.delete_user(&realm, "ada", Some(keep.id)).await?;
    ensure_eq!(again, 0, "ended logins, the second time");
    let all = store.delete_user(&realm, "ada", Some(other.id)).await?;
    ensure_eq!(
        all,
        1,
        "ended logins with the login of somebody else to keep"
    );
    ensure_gone(&**store, keep, "after `delete_user`").await?;
    ensure_eq!(
        store.delete_user(&realm, "nobody", None).await?,
        0,
        "ended logins of nobody"
    );
    ensure_kept(&**store, &other, "the login of another user").await
}

/// `delete_realm` ends every login of every user of one realm, and counts them.
pub(crate) async fn delete_realm_ends_everybody<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let logins: Vec<_> = ["ada", "ada", "grace", " ", "ada\u{1}"]
        .map(|user_id| login(&realm, user_id))
        .to_vec();
    let other = Login {
        realm: sample::realm(),
        ..logins[0].clone()
    };
    for login in logins.iter().chain([&other]) {
        create(&**store, login).await?;
    }
    ensure_eq!(store.delete_realm(&realm).await?, 5, "ended logins");
    for login in &logins {
        ensure_gone(&**store, login, "after `delete_realm`").await?;
    }
    ensure_kept(&**store, &other, "after `delete_realm` of another realm").await?;
    ensure_eq!(
        store.delete_realm(&realm).await?,
        0,
        "ended logins, the second time"
    );
    let again = login(&realm, "ada");
    create(&**store, &again).await?;
    ensure_kept(&**store, &again, "a login made after `delete_realm`").await
}
