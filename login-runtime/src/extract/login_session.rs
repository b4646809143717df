//! Logging in and out.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use super::{Device, LoginUser};
use crate::{
    clock::seconds,
    cookie::Earned,
    deadline,
    error::LoginError,
    event::{LoginEventKind, Whom},
    identify,
    login::{
        Login, LoginId,
        life::{self, Proof},
        remember::Secret,
    },
    refusal,
    request::{
        Client, CurrentLogin, LoginHandle, Memo, Staged, StagedConfirm, Standing, effective,
        messages, next_cookie,
    },
    store::Ticket,
    user::UserMixin,
};

/// The login of this request, to act upon: log in, log out, confirm, look at other devices.
///
/// An extractor. It looks at the login's record only and never calls a loader, so logging in and
/// out works while the users' database is down. What it stages (`login_user`, `confirm_login`) is
/// carried out when the handler has answered with a status below 500; on any other answer, a panic
/// or a dropped request nothing happened.
///
/// ```
/// use axum::response::Redirect;
/// use login_runtime::{LoginError, LoginSession, NextUrl, UserMixin};
///
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User { id: u32 }
/// # async fn verify() -> User { User { id: 1 } }
/// async fn login(session: LoginSession<User>, next: NextUrl) -> Result<Redirect, LoginError> {
///     let user = verify().await; // name and password, by your own rules
///     let is_active = session.login_user(&user).remember(true).await?;
///     Ok(Redirect::to(if is_active { next.or("/") } else { "/locked" }))
/// }
///
/// async fn logout(session: LoginSession<User>) -> Result<Redirect, LoginError> {
///     session.logout_user().await?;
///     Ok(Redirect::to("/"))
/// }
/// # let _ = (login, logout);
/// ```
///
/// Without the login layer it answers 500, and where the store does not answer, 503.
pub struct LoginSession<U> {
    handle: LoginHandle,
    client: Client,
    /// What the browser has of the login, where that is remembered: a confirm hands it out again.
    secret: Option<Secret>,
    user: PhantomData<fn() -> U>,
}

impl<U> fmt::Debug for LoginSession<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginSession").finish_non_exhaustive()
    }
}

impl<S, U> FromRequestParts<S> for LoginSession<U>
where
    S: Send + Sync,
    U: UserMixin,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::of::<U>(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        let current = identify::login(&handle, parts)
            .await
            .map_err(|failure| refusal::failed(failure, parts))?;
        handle.state().foreign_socket = !identify::may_use_cookies(parts, &handle.realm);
        messages::load(&handle, parts);
        next_cookie::note(&handle, parts);
        let client = Client::of(parts, &handle.realm.protection);
        let secret = current.and_then(|current| secret_of(&handle, &current.login, parts));
        Ok(Self {
            handle,
            client,
            secret,
            user: PhantomData,
        })
    }
}

impl<U: UserMixin> LoginSession<U> {
    /// Logs a user in once the handler has answered; says whether that will happen.
    ///
    /// Awaiting it gives `false` for a user who is not active, unless forced: look at it, because nobody
    /// is logged in then. A new record with a
    /// new id replaces whatever login the request came with. The user is the current one for the
    /// rest of the request.
    ///
    /// # Errors
    ///
    /// The response is sent already, the cookie would be too long, the network address is needed and
    /// missing, the remember duration is out of its range, or the user's id is not one.
    pub fn login_user<'a>(&'a self, user: &'a U) -> LoginUser<'a, U>
    where
        U: Clone,
    {
        LoginUser {
            handle: &self.handle,
            client: &self.client,
            user,
            keep: |user| Arc::new(user.clone()),
            remember: false,
            duration: None,
            force: false,
            fresh: true,
        }
    }

    /// Ends the login, and every login that a signed cookie of the request names, at once.
    ///
    /// The cookies are removed by the response, whatever its status. Needs no user loader.
    ///
    /// # Errors
    ///
    /// The store did not answer: the login is still there. After the response was sent:
    /// [`LoginError::AlreadySent`], and the login has ended nevertheless.
    pub async fn logout_user(&self) -> Result<(), LoginError> {
        let current = self.effective();
        let logins = self.handle.state().verified.clone();
        for login in logins.iter() {
            self.delete(login.id, &login.carried).await?;
        }
        let already_sent = {
            let mut state = self.handle.state();
            state.staged = None;
            state.record = Memo::Known(None);
            state.user = Memo::Known(None);
            state.flash.drop_incoming();
            // The next to log in at this browser may be somebody else.
            state.next_removed = state.next_sent;
            state.sent
        };
        self.handle.remove_login_cookies();
        let whom = current.as_ref().map(|current| Whom::Login(&current.login));
        self.handle
            .emit(LoginEventKind::UserLoggedOut, whom.unwrap_or(Whom::Nobody));
        if already_sent {
            Err(LoginError::AlreadySent)
        } else {
            Ok(())
        }
    }

    /// Notes that the user has just entered the password again: the login is fresh from now on,
    /// and its limits start anew.
    ///
    /// `user` has to be the user of this login. Carried out when the handler has answered; the
    /// session cookie and the remember cookie are replaced.
    ///
    /// # Errors
    ///
    /// No user is logged in, or another one; the cookie would be too long, the network address is
    /// needed and missing, or the response is sent already.
    #[expect(
        clippy::unused_async,
        reason = "what acts on a login is awaited, here as elsewhere"
    )]
    pub async fn confirm_login(&self, user: &U) -> Result<(), LoginError> {
        let realm = &*self.handle.realm;
        let user_id = user.get_id();
        let identifier = self
            .client
            .identifier_digest(&realm.identifiers, &user_id)?;
        let secret = match self.secret {
            Some(secret) => secret,
            None => Secret::generate().map_err(|_| LoginError::NoRandomness)?,
        };
        let now = self.handle.now();
        let mut state = self.handle.state();
        if state.sent {
            return Err(LoginError::AlreadySent);
        }
        let current = effective(&self.handle, &state).ok_or(LoginError::NotLoggedIn)?;
        if *current.login.user_id != *user_id {
            return Err(LoginError::DifferentUser);
        }
        let auth_hash = user
            .auth_hash()
            .map(|value| realm.auth_hashes.digest(&user_id, &value));
        if let Some(Staged::Login(staged)) = &mut state.staged {
            // The login that is about to be made is as fresh as can be.
            let login = life::freshened(&staged.login, now);
            staged.lines =
                self.handle
                    .login_lines(&login, Earned::ByPassword, staged.secret.as_ref(), now)?;
            staged.login = login;
        } else {
            let proof = Proof {
                identifier,
                auth_hash,
                secret,
            };
            // Made anew when the handler has answered: here they only show that they will fit.
            let confirmed = life::confirmed(&current.login, &proof, &realm.limits, now);
            self.handle
                .login_lines(&confirmed, Earned::ByPassword, Some(&proof.secret), now)?;
            let confirm = StagedConfirm {
                current,
                proof,
                now,
            };
            state.staged = Some(Staged::Confirm(Box::new(confirm)));
        }
        drop(state);
        Ok(())
    }

    /// Ends every login of the user, this one included, and removes the cookies. Says how many.
    ///
    /// # Errors
    ///
    /// No user is logged in; the store did not answer or keeps no list of logins; or it has not been
    /// checked whether the login still counts for its user ([`LoginError::UserNotSettled`]): put
    /// [`#[login_required]`](crate::login_required) on the handler, or take
    /// [`LoggedIn`](crate::LoggedIn) or [`CurrentUser`](crate::CurrentUser) as well.
    pub async fn logout_everywhere(&self) -> Result<u64, LoginError> {
        let current = self.settled()?;
        let ended = self.delete_user(&current.login.user_id, None).await?;
        self.logout_user().await?;
        Ok(ended)
    }

    /// Ends every other login of the user. Says how many.
    ///
    /// # Errors
    ///
    /// As for [`logout_everywhere`](Self::logout_everywhere).
    pub async fn logout_others(&self) -> Result<u64, LoginError> {
        let current = self.settled()?;
        self.delete_user(&current.login.user_id, Some(current.login.id))
            .await
    }

    /// The devices that the user is logged in on, the most recently seen first.
    ///
    /// A login whose cookies have not come back within the
    /// [`remember_overlap`](crate::LoginManagerBuilder::remember_overlap) is left out: most likely its
    /// answer was lost. It is listed as soon as it is used, and
    /// [`logout_others`](Self::logout_others) ends it too.
    ///
    /// # Errors
    ///
    /// As for [`logout_everywhere`](Self::logout_everywhere).
    pub async fn logins(&self) -> Result<Vec<Device>, LoginError> {
        let current = self.settled()?;
        let realm = &*self.handle.realm;
        let logins = realm
            .store
            .list_user(&realm.records, &current.login.user_id);
        let logins = deadline::answered(realm.timeout, logins).await?;
        let now = self.handle.now();
        let device = |login: Arc<Login>| Device {
            current: login.id == current.login.id,
            login,
        };
        let devices = logins.into_iter().map(device);
        let listed = |it: &Device| it.current || realm.limits.is_device(&it.login, now);
        Ok(devices.filter(listed).collect())
    }

    /// Ends one login of the user, as listed by [`logins`](Self::logins); says whether there was
    /// such a one. Logins of other users are left alone.
    ///
    /// # Errors
    ///
    /// As for [`logout_everywhere`](Self::logout_everywhere).
    pub async fn end_login(&self, id: LoginId) -> Result<bool, LoginError> {
        let current = self.settled()?;
        if id == current.login.id {
            self.logout_user().await?;
            return Ok(true);
        }
        let realm = &*self.handle.realm;
        let logins = realm
            .store
            .list_user(&realm.records, &current.login.user_id);
        let logins = deadline::answered(realm.timeout, logins).await?;
        let found = logins
            .iter()
            .find(|login| login.id == id && !login.has_ended());
        match found {
            Some(login) => self.delete(id, &realm.store.carry(login)).await,
            None => Ok(false),
        }
    }

    /// Whether the login is fresh: the password was entered less than
    /// [`fresh_for`](crate::LoginManagerBuilder::fresh_for) ago, by this client (`login_fresh`).
    pub fn is_fresh(&self) -> bool {
        let current = self.effective();
        current.is_some_and(|current| self.handle.is_fresh(&current, None))
    }

    /// Whether the password was entered less than so long ago, by this client.
    pub fn is_fresh_within(&self, duration: Duration) -> bool {
        let current = self.effective();
        current.is_some_and(|current| self.handle.is_fresh(&current, Some(seconds(duration))))
    }

    /// Whether the login is one that is remembered (`login_remembered`).
    pub fn is_remembered(&self) -> bool {
        let now = self.handle.now();
        let current = self.effective();
        current
            .and_then(|current| {
                current
                    .login
                    .remember
                    .as_ref()
                    .map(|it| now < it.expires_at)
            })
            .unwrap_or(false)
    }

    /// Whether the request's cookies stand for a login.
    ///
    /// Whether the user still exists and is active is for [`CurrentUser`](crate::CurrentUser) to
    /// say, which asks the user loader.
    pub fn is_authenticated(&self) -> bool {
        self.effective().is_some()
    }

    /// The id of the user that the login was made for.
    pub fn user_id(&self) -> Option<String> {
        let current = self.effective();
        current.map(|current| current.login.user_id.to_string())
    }

    /// The user given to [`login_user`](Self::login_user) in this request, or the one that another
    /// extractor has loaded before.
    pub fn user(&self) -> Option<Arc<U>> {
        self.handle
            .present_user()
            .and_then(|user| user.into_any().downcast().ok())
    }

    /// The login of a user who is known to be its owner still: not locked, and with the password
    /// that it was made with. Not one that is let in for this request only.
    fn settled(&self) -> Result<CurrentLogin, LoginError> {
        let state = self.handle.state();
        let current = effective(&self.handle, &state)
            .filter(|current| current.standing != Standing::LetIn)
            .ok_or(LoginError::NotLoggedIn)?;
        match (&state.staged, &state.user) {
            (Some(Staged::Login(_)), _) | (_, Memo::Known(_)) => Ok(current),
            _ => Err(LoginError::UserNotSettled),
        }
    }

    fn effective(&self) -> Option<CurrentLogin> {
        effective(&self.handle, &self.handle.state())
    }

    async fn delete(&self, id: LoginId, carried: &[u8]) -> Result<bool, LoginError> {
        let realm = &*self.handle.realm;
        let deleted = realm.store.delete(Ticket::new(&realm.records, id, carried));
        deadline::answered(realm.timeout, deleted).await
    }

    async fn delete_user(&self, id: &str, keep: Option<LoginId>) -> Result<u64, LoginError> {
        let realm = &*self.handle.realm;
        let deleted = realm.store.delete_user(&realm.records, id, keep);
        deadline::answered(realm.timeout, deleted).await
    }
}

/// The secret that a request's remember cookie has of its login.
fn secret_of(handle: &LoginHandle, login: &Login, parts: &Parts) -> Option<Secret> {
    let remember = login.remember.as_ref()?;
    let (now, realm) = (handle.now(), &*handle.realm);
    let secret = realm
        .cookies
        .secret_of(login.id, &parts.headers, now, realm.limits.skew);
    secret.filter(|secret| remember.secret.is_of(secret))
}
