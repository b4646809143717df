//! Passwords: which are accepted, how they are kept, how they are checked.

use std::{fmt::Display, sync::Arc};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use tokio::{sync::Semaphore, task};

use crate::{answers::Failure, users::User};

/// A password has at least this many characters, and no rule of composition (NIST SP 800-63B, 3.1.1.2, which
/// asks for 15 where a password is all there is, and for a list of common ones).
const SHORTEST: usize = 12;
/// Hashing the whole of Ulysses would cost more than a password is worth.
const LONGEST: usize = 200;

/// Why a new password is not accepted, in words for its owner.
pub(crate) fn problem(password: &str, email: &str) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(format!(
            "Choose a password of at least {SHORTEST} characters."
        ));
    }
    if length > LONGEST {
        return Some(format!(
            "Choose a password of at most {LONGEST} characters."
        ));
    }
    let same = password.eq_ignore_ascii_case(email);
    same.then(|| "Choose a password that is not your address.".to_owned())
}

/// Hashes and checks passwords, one on each core: either is meant to cost a core some 20 ms, and 19 MiB.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    cores: Arc<Semaphore>,
    /// How many may wait for a core. Whoever comes when it is full is told to come back later.
    queue: Arc<Semaphore>,
    /// What the password of a user who does not exist is compared with.
    nobody: Arc<str>,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, argon2::password_hash::Error> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(100 * cores)),
            nobody: hashed("no password")?.into(),
        })
    }

    /// Gives the user back if the password is right. Takes as long where there is no user, so that
    /// nobody can find out by the clock who has an account.
    pub(crate) async fn check(
        &self,
        user: Option<User>,
        password: String,
    ) -> Result<Option<User>, Failure> {
        let nobody = Arc::clone(&self.nobody);
        self.on_a_core(move || {
            let hash = user.as_ref().map_or(&*nobody, |user| &user.password_hash);
            let right = Argon2::default()
                .verify_password(password.as_bytes(), hash)
                .is_ok();
            user.filter(|_| right)
        })
        .await
    }

    /// What to keep of a password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Failure> {
        let hash = self.on_a_core(move || hashed(&password)).await?;
        hash.map_err(Failure::unavailable)
    }

    async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let failed = |error: &dyn Display| Failure::unavailable(error);
        let queued = self.queue.try_acquire().map_err(|error| failed(&error))?;
        let core = Arc::clone(&self.cores).acquire_owned().await;
        let core = core.map_err(|error| failed(&error))?;
        drop(queued);
        // Not on the threads that serve requests: those would all wait meanwhile.
        let work = task::spawn_blocking(move || {
            // Held by the work and not by who waits for it: a visitor who hangs up does not stop
            // it, and the next one must not begin beside it.
            let _core = core;
            work()
        });
        work.await.map_err(|error| failed(&error))
    }
}

fn hashed(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default()
        .hash_password(password.as_bytes())?
        .to_string())
}
