//! The checks for all stores.

use std::{net::Ipv6Addr, sync::Arc};

use super::{
    Broken, ensure, ensure_eq,
    sample::{
        NO_CAP, any_expiry, bare, create, delete, ensure_kept, from_a_later_release, id, load,
        load_now, login, next, realm,
    },
};
use crate::{
    login::{Login, PreviousToken, Remember},
    store::{LoginStore, StoreError, Ticket, Update},
};

/// `load` gives back what `create` was given, all of it.
pub(crate) async fn every_field_comes_back<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let login = login(&realm(), "ada");
    create(&**store, &login).await?;
    ensure_kept(&**store, &login, "a new login").await?;
    let far = Login {
        address: Some(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0xffff, 0, 1).into()),
        ..self::login(&login.realm, "ada")
    };
    create(&**store, &far).await?;
    ensure_kept(&**store, &far, "a login from an IPv6 address").await
}

/// What a login does not have, it does not have after `load` either.
pub(crate) async fn absent_parts_stay_absent<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let full = login(&realm, "ada");
    let remember = full.remember.as_ref();
    let without_previous = remember.map(|remember| {
        Box::new(Remember {
            previous: None,
            acknowledged: false,
            ..Remember::clone(remember)
        })
    });
    let logins = [
        ("nothing optional", bare(&realm, "ada")),
        (
            "only freshness",
            Login {
                fresh_since: full.fresh_since,
                ..bare(&realm, "ada")
            },
        ),
        (
            "only an identifier",
            Login {
                identifier: full.identifier,
                ..bare(&realm, "ada")
            },
        ),
        (
            "only an auth hash",
            Login {
                auth_hash: full.auth_hash,
                ..bare(&realm, "ada")
            },
        ),
        (
            "only force",
            Login {
                forced: true,
                ..bare(&realm, "ada")
            },
        ),
        (
            "only a remembered part",
            Login {
                remember: full.remember,
                ..bare(&realm, "ada")
            },
        ),
        (
            "no previous token",
            Login {
                remember: without_previous,
                ..bare(&realm, "ada")
            },
        ),
        (
            "only a user agent",
            Login {
                user_agent: full.user_agent,
                ..bare(&realm, "ada")
            },
        ),
        (
            "only an address",
            Login {
                address: full.address,
                ..bare(&realm, "ada")
            },
        ),
    ];
    for (what, login) in logins {
        create(&**store, &login).await?;
        ensure_kept(&**store, &login, &format!("a login with {what}")).await?;
    }
    Ok(())
}

/// `load_now` gives what `load` would, or nothing: no older record, and none that has ended.
pub(crate) async fn what_is_at_hand_is_what_load_says<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let first = login(&realm(), "ada");
    create(&**store, &first).await?;
    let second = Login {
        generation: first.generation + 1,
        ..next(&first)
    };
    for (login, when) in [(&first, "made"), (&second, "updated")] {
        if login.version != first.version {
            store.update(Arc::new(login.clone())).await?;
        }
        let at_hand = load_now(&**store, login);
        ensure!(
            at_hand.is_none() || at_hand == load(&**store, login).await?,
            "`load_now` differs from `load` after a login was {when}"
        );
    }
    if store.revocable() {
        delete(&**store, &second).await?;
        ensure!(
            load_now(&**store, &second).is_none(),
            "`load_now` gives a login that was deleted"
        );
    }
    Ok(())
}

/// Times go from `i64::MIN` to `i64::MAX`, and counters to `u64::MAX`.
pub(crate) async fn the_largest_and_smallest_numbers_come_back<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for time in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX] {
        for count in [0, 1, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX] {
            let mut login = login(&realm, "ada");
            login.generation = count;
            login.version = count;
            login.created_at = time;
            login.authenticated_at = time;
            login.session_started_at = time.wrapping_neg();
            login.last_seen_at = !time;
            login.fresh_since = Some(time);
            login = any_expiry(&**store, login, time);
            if let Some(remember) = &mut login.remember {
                remember.counter = count;
                remember.rotated_at = time;
                remember.expires_at = !time;
                remember.previous = remember.previous.map(|previous| PreviousToken {
                    counter: count,
                    ..previous
                });
            }
            create(&**store, &login).await?;
            ensure_kept(
                &**store,
                &login,
                &format!("times of {time}, counters of {count}"),
            )
            .await?;
        }
    }
    Ok(())
}

/// A user's id may be any text of 1 to 512 bytes without a NUL, and a user agent any text.
pub(crate) async fn any_text_comes_back<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let realm = realm();
    let long = "x".repeat(512);
    let wide = "🦀".repeat(128);
    let texts = [
        " ",
        "4711",
        "Ada Lovelace ",
        "zażółć gęślą jaźń",
        "日本語",
        "e\u{301}",
        "\u{feff}bom",
        "\u{1}\u{7f}",
        "line\r\nbreak",
        "{tag}",
        "a:b",
        "*?[a]",
        "it's \"quoted\"; DROP TABLE users --",
        "%_\\",
        &long,
        &wide,
    ];
    for text in texts {
        let login = Login {
            user_agent: Some(text.into()),
            ..login(&realm, text)
        };
        create(&**store, &login).await?;
        ensure_kept(&**store, &login, &format!("the user id {text:?}")).await?;
    }
    for text in ["", "\0", "a\0b", &"x".repeat(1024)] {
        let login = Login {
            user_agent: Some(text.into()),
            ..login(&realm, "ada")
        };
        create(&**store, &login).await?;
        ensure_kept(&**store, &login, &format!("the user agent {text:?}")).await?;
    }
    Ok(())
}

/// An update of what was loaded is what is loaded next.
pub(crate) async fn an_update_comes_back<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let first = login(&realm(), "ada");
    create(&**store, &first).await?;
    let bare = Login {
        id: first.id,
        version: first.version,
        ..bare(&first.realm, "ada")
    };
    let second = Login {
        generation: 4,
        last_seen_at: 1_800_000_999,
        ..next(&bare)
    };
    let third = next(&Login {
        version: second.version,
        ..first
    });
    let third = any_expiry(&**store, third, -5);
    for login in [second, third] {
        let answer = store.update(Arc::new(login.clone())).await?;
        ensure_eq!(answer, Update::Updated, "an update of what was loaded");
        ensure_kept(&**store, &login, "after an update").await?;
    }
    Ok(())
}

/// What a later release of this crate has written into a login outlives an update by this one.
pub(crate) async fn what_a_later_release_wrote_comes_back<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let first = from_a_later_release(&realm(), "ada")?;
    create(&**store, &first).await?;
    ensure_kept(&**store, &first, "a login of a later release").await?;
    if store.revocable() {
        let loaded = load(&**store, &first).await?;
        let seen = next(&loaded.unwrap_or(first));
        let answer = store.update(Arc::new(seen.clone())).await?;
        ensure_eq!(
            answer,
            Update::Updated,
            "an update of a later release's login"
        );
        ensure_kept(&**store, &seen, "a login of a later release, updated").await?;
    }
    Ok(())
}

/// A ticket of one realm never finds a login of another.
pub(crate) async fn another_realm_finds_nothing<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let login = login(&realm(), "ada");
    create(&**store, &login).await?;
    let carried = store.carry(&login);
    let names = [
        realm(),
        "".into(),
        login.realm.to_uppercase().into(),
        format!("{} ", login.realm).into(),
        format!("{}\u{1}", login.realm).into(),
        login.realm[..login.realm.len() - 1].into(),
    ];
    for realm in &names {
        let found = store.load(Ticket::new(realm, login.id, &carried)).await?;
        ensure!(
            found.is_none(),
            "a ticket of realm {realm:?} found a login of {:?}",
            login.realm
        );
    }
    Ok(())
}

/// A ticket never finds a login with another id.
pub(crate) async fn another_id_finds_nothing<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let login = login(&realm(), "ada");
    create(&**store, &login).await?;
    let carried = store.carry(&login);
    for carried in [&carried[..], &[]] {
        let found = store.load(Ticket::new(&login.realm, id(), carried)).await?;
        ensure!(found.is_none(), "a ticket with an unknown id found a login");
    }
    Ok(())
}

/// Bytes that are no whole login never find one, and harm nothing.
pub(crate) async fn garbage_finds_nothing<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let login = login(&realm(), "ada");
    create(&**store, &login).await?;
    let carried = store.carry(&login);
    let mut garbage = vec![
        vec![0; 300],
        vec![0xff; 300],
        vec![1; 300],
        b"{\"id\":1}".to_vec(),
    ];
    if !store.revocable() {
        garbage.extend((0..carried.len()).map(|end| carried[..end].to_vec()));
        garbage.push([&carried[..], b"!"].concat());
    }
    for bytes in &garbage {
        // Where the record is on the server, the cookie's share does not matter.
        let id = if store.revocable() { id() } else { login.id };
        let found = store.load(Ticket::new(&login.realm, id, bytes)).await?;
        ensure!(
            found.is_none(),
            "{} bytes of garbage were read as a login",
            bytes.len()
        );
    }
    ensure_kept(&**store, &login, "after garbage").await
}

/// A login may be deleted twice, and one that never was may be too.
pub(crate) async fn deleting_twice_is_no_error<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let login = login(&realm(), "ada");
    let deleted = delete(&**store, &login).await?;
    ensure!(
        !deleted,
        "deleting a login that never was said that there was one"
    );
    create(&**store, &login).await?;
    delete(&**store, &login).await?;
    let deleted = delete(&**store, &login).await?;
    ensure!(!deleted, "deleting a login again said that there was one");
    Ok(())
}

/// A store that is not revocable answers `Unsupported` where it would have to be.
pub(crate) async fn what_is_not_supported_says_so<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    if store.revocable() {
        return Ok(());
    }
    let login = login(&realm(), "ada");
    create(&**store, &login).await?;
    ensure!(
        load(&**store, &login).await?.is_some(),
        "`load` found no login"
    );
    let realm = &*login.realm;
    let answers = [
        ("list_user", store.list_user(realm, "ada").await.err()),
        (
            "delete_user",
            store.delete_user(realm, "ada", None).await.err(),
        ),
        ("delete_realm", store.delete_realm(realm).await.err()),
        (
            "list_realm",
            store.list_realm(realm, None, NO_CAP).await.err(),
        ),
        (
            "purge_expired",
            store.purge_expired(realm, i64::MAX.into(), 1).await.err(),
        ),
    ];
    for (method, error) in answers {
        ensure!(
            matches!(error, Some(StoreError::Unsupported)),
            "`{method}` of a store that is not revocable has to answer `Unsupported`"
        );
    }
    Ok(())
}
