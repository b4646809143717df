//! From settings to a manager: the checks among them, and what is prepared from them.

use std::{
    any::TypeId,
    marker::PhantomData,
    sync::{Arc, atomic::AtomicI64},
};

use super::{LoginManager, LoginManagerBuilder, settings::Pending};
use crate::{
    build_error::BuildError,
    cookie::{CookieOptions, LoginCookies, SealedCookie},
    crypto::{Digester, SecretKey},
    flash::FlashCookie,
    next::NextRule,
    realm::{NEVER, Protection, Realm, RefusalSettings},
    sealed::Seal,
    user::UserMixin,
};

/// That a builder waits for no state: it got the one of its loaders and handlers, or they have
/// none.
#[diagnostic::on_unimplemented(
    message = "the loaders and handlers of this login manager still need the state `{S}`",
    label = "the state `{S}` is missing",
    note = "call `.with_state(state)` after the loaders and handlers and before `.build()`"
)]
pub trait NoStateMissing<S> {
    #[doc(hidden)]
    fn none(_: Seal) -> S;
}

impl NoStateMissing<()> for () {
    fn none(_: Seal) {}
}

impl<U: UserMixin, S: Clone> LoginManagerBuilder<U, S> {
    /// Checks the settings and prepares the manager.
    ///
    /// # Errors
    ///
    /// The secret key or every loader is missing, or settings contradict each other or the store;
    /// the error's text says which, and what to change.
    pub fn build(self) -> Result<LoginManager<U>, BuildError>
    where
        (): NoStateMissing<S>,
    {
        let builder = self.with_state::<()>(<()>::none(Seal));
        if builder.user_loader.is_none() && builder.request_loaders.is_empty() {
            return Err(BuildError::NoLoader);
        }
        let settings = builder.settings;
        let keys = keys(settings.keys, settings.fallback_keys)?;
        let name = realm_name(settings.realm)?;
        let records = format!("{name}:{}", checked_kind(U::KIND)?);
        settings.limits.check()?;
        if !settings.store.revocable() {
            refuse_settings_of_servers(&settings.limits.for_servers)?;
        }
        settings.refusal.check(&settings.trusted_origins)?;
        let next_rule = next_rule(settings.next_hosts, settings.plain_http)?;
        let Cookies { login, flash, next } = cookies(
            &keys,
            (&name, &records),
            &settings.session_cookie,
            &settings.remember_cookie,
            settings.plain_http,
        )?;
        let realm = Realm {
            auth_hashes: Digester::new(&keys, "auth hash", &records),
            identifiers: Digester::new(&keys, "identifier", &records),
            name: name.into(),
            records: records.into(),
            user_type: TypeId::of::<U>(),
            store: settings.store,
            user_loader: builder.user_loader.map(Pending::bound),
            request_loaders: builder
                .request_loaders
                .into_iter()
                .map(Pending::bound)
                .collect(),
            limits: settings.limits,
            protection: Protection {
                mode: settings.protection,
                bind_network: settings.bind_network,
                client_address: settings.client_address,
            },
            cookies: login,
            flash,
            next,
            clock: settings.clock,
            timeout: settings.timeout,
            refusal: RefusalSettings {
                unauthorized_handler: builder.unauthorized_handler.map(Pending::bound),
                needs_refresh_handler: builder.needs_refresh_handler.map(Pending::bound),
                forbidden_handler: builder.forbidden_handler.map(Pending::bound),
                ..settings.refusal
            },
            next_rule,
            next_field: settings.next_field.into(),
            next_in_cookie: settings.next_in_cookie,
            trusted_origins: settings.trusted_origins,
            plain_http: settings.plain_http,
            hooks: settings.hooks,
            purged_at: AtomicI64::new(NEVER),
            anonymous: settings.anonymous,
        };
        Ok(LoginManager {
            realm: Arc::new(realm),
            user: PhantomData,
        })
    }
}

/// The key that signs, then those that only verify.
fn keys(
    mut keys: Vec<SecretKey>,
    fallback_keys: Vec<SecretKey>,
) -> Result<Vec<SecretKey>, BuildError> {
    if keys.is_empty() {
        return Err(BuildError::NoSecretKey);
    }
    keys.extend(fallback_keys);
    Ok(keys)
}

fn realm_name(name: String) -> Result<String, BuildError> {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    match (1..=32).contains(&name.len()) && name.bytes().all(allowed) {
        true => Ok(name),
        false => Err(BuildError::Realm(name)),
    }
}

/// A kind that every store can keep as it is, and that says where it ends.
fn checked_kind(kind: &'static str) -> Result<&'static str, BuildError> {
    let allowed = |c: char| !(c.is_control() || c == '{' || c == '}');
    match (1..=255).contains(&kind.len()) && kind.chars().all(allowed) {
        true => Ok(kind),
        false => Err(BuildError::Kind(kind)),
    }
}

/// What a store in cookies cannot keep is not to be asked of it, and all of it is named at once.
fn refuse_settings_of_servers(given: &[&str]) -> Result<(), BuildError> {
    if given.is_empty() {
        return Ok(());
    }
    let given: Vec<_> = given.iter().map(|setting| format!("`{setting}`")).collect();
    Err(BuildError::Store(format!(
        "a store that keeps logins in cookies notices no idleness and counts no logins: leave {} \
         out, or choose a server-side store",
        given.join(" and ")
    )))
}

fn next_rule(hosts: Vec<String>, plain_http: bool) -> Result<NextRule, BuildError> {
    let rule = hosts
        .into_iter()
        .try_fold(NextRule::default(), NextRule::allow_host)?;
    Ok(match plain_http {
        true => rule.allow_plain_http(),
        false => rule,
    })
}

struct Cookies {
    login: LoginCookies,
    flash: FlashCookie,
    next: SealedCookie,
}

fn cookies(
    keys: &[SecretKey],
    realm: (&str, &str),
    session: &CookieOptions,
    remember: &CookieOptions,
    plain_http: bool,
) -> Result<Cookies, BuildError> {
    let cookie = |purpose, options: &CookieOptions| {
        SealedCookie::new(keys, realm, purpose, options, plain_http)
    };
    let cookies = Cookies {
        login: LoginCookies {
            session: cookie("session", session)?,
            remember: cookie("remember", remember)?,
            persistent_session: session.persistent,
        },
        flash: FlashCookie(cookie("flash", &CookieOptions::default())?),
        next: cookie("next", &CookieOptions::default())?,
    };
    let Cookies { login, flash, next } = &cookies;
    let mut names =
        [&login.session, &login.remember, &flash.0, next].map(|cookie| &*cookie.spec.name);
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(twice) => Err(BuildError::SameCookie(twice[0].to_owned())),
        None => Ok(cookies),
    }
}
