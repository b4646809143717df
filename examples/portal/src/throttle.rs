//! How often something may be tried.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{client::Client, time::Time};

/// Some tries at once, and then one each so many seconds, for every key by itself.
///
/// The generic cell rate algorithm: all that is kept of a key is when its tries would be used up no more.
#[derive(Debug)]
pub(crate) struct Throttle<K> {
    burst: i64,
    seconds_each: i64,
    time: Time,
    used_until: Arc<Mutex<HashMap<K, i64>>>,
}

impl<K> Clone for Throttle<K> {
    fn clone(&self) -> Self {
        Self {
            time: self.time.clone(),
            used_until: Arc::clone(&self.used_until),
            ..*self
        }
    }
}

/// How many keys are kept: some megabytes. While there are as many, no new one gets a try.
const MOST_KEYS: usize = 100_000;

impl<K: Clone + Eq + Hash> Throttle<K> {
    pub(crate) fn new(burst: i64, seconds_each: i64, time: Time) -> Self {
        Self {
            burst,
            seconds_each,
            time,
            used_until: Arc::default(),
        }
    }

    /// Counts a try, or says in how many seconds there is one again.
    pub(crate) fn take(&self, key: &K) -> Result<(), i64> {
        let now = self.time.seconds();
        let mut keys = self
            .used_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let used_until = keys.get(key).copied().unwrap_or(now).max(now);
        let wait = used_until - now - (self.burst - 1) * self.seconds_each;
        if wait > 0 {
            return Err(wait);
        }
        if keys.len() >= MOST_KEYS {
            keys.retain(|_, used_until| *used_until > now);
            // To forget them would give everybody new tries, at the will of whoever has many addresses.
            if keys.len() >= MOST_KEYS {
                return Err(self.seconds_each);
            }
        }
        keys.insert(key.clone(), used_until + self.seconds_each);
        Ok(())
    }

    /// Forgets the tries of a key: one has succeeded.
    pub(crate) fn forgive(&self, key: &K) {
        let mut keys = self
            .used_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        keys.remove(key);
    }
}

/// An account as it was typed, of which no more is kept than an address may have.
fn key(account: &str) -> String {
    account.trim().to_lowercase().chars().take(254).collect()
}

/// The tries that the portal counts.
#[derive(Clone, Debug)]
pub(crate) struct Tries {
    addresses: Throttle<IpAddr>,
    accounts: Throttle<String>,
    mails: Throttle<String>,
}

impl Tries {
    pub(crate) fn new(time: &Time) -> Self {
        Self {
            addresses: Throttle::new(30, 2, time.clone()),
            accounts: Throttle::new(10, 60, time.clone()),
            mails: Throttle::new(3, 20 * 60, time.clone()),
        }
    }

    /// Counts a try of a password, for the account as it was typed, whether or not there is one.
    pub(crate) fn password(&self, client: &Client, account: &str) -> Result<(), i64> {
        self.address(client)?;
        self.accounts.take(&key(account))
    }

    /// The password was right.
    pub(crate) fn forgive(&self, account: &str) {
        self.accounts.forgive(&key(account));
    }

    /// Counts a mail to an address.
    pub(crate) fn mail(&self, client: &Client, to: &str) -> Result<(), i64> {
        self.address(client)?;
        self.mails.take(&to.to_owned())
    }

    /// Counts a try that is about no account. Clients without an address count as one.
    pub(crate) fn address(&self, client: &Client) -> Result<(), i64> {
        let network = client.network();
        self.addresses
            .take(&network.unwrap_or(Ipv4Addr::UNSPECIFIED.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use login_runtime::testing::ManualClock;

    use super::*;

    #[test]
    fn some_at_once_and_then_one_each_minute() {
        let clock = ManualClock::at(1_700_000_000);
        let throttle = Throttle::new(3, 60, Time::new(clock.clone()));
        for _ in 0..3 {
            assert_eq!(throttle.take(&"ada"), Ok(()));
        }
        assert_eq!(throttle.take(&"ada"), Err(60));
        assert_eq!(throttle.take(&"grace"), Ok(()), "each by itself");
        clock.advance(Duration::from_secs(59));
        assert_eq!(throttle.take(&"ada"), Err(1));
        clock.advance(Duration::from_secs(1));
        assert_eq!(throttle.take(&"ada"), Ok(()));
        assert_eq!(throttle.take(&"ada"), Err(60));
        throttle.forgive(&"ada");
        assert_eq!(throttle.take(&"ada"), Ok(()));
        clock.advance(Duration::from_secs(3_600));
        for _ in 0..3 {
            assert_eq!(throttle.take(&"ada"), Ok(()));
        }
        assert!(
            throttle.take(&"ada").is_err(),
            "an hour saves up no more than three"
        );
    }

    #[test]
    fn what_is_not_used_up_any_more_is_forgotten() {
        let clock = ManualClock::at(1_700_000_000);
        let throttle = Throttle::new(1, 60, Time::new(clock.clone()));
        for key in 0..MOST_KEYS {
            assert_eq!(throttle.take(&key), Ok(()));
        }
        assert_eq!(throttle.take(&MOST_KEYS), Err(60), "there is no room");
        assert!(throttle.take(&0).is_err(), "and none is forgotten for it");
        clock.advance(Duration::from_secs(60));
        assert_eq!(throttle.take(&MOST_KEYS), Ok(()));
        assert_eq!(throttle.used_until.lock().expect("keys").len(), 1);
    }
}
