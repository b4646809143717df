//! The logins that a request's cookies name.

use crate::login::LoginId;

/// A login that a cookie with a right signature names, and what the store put beside it.
#[derive(Clone, Debug)]
pub(crate) struct VerifiedLogin {
    pub(crate) id: LoginId,
    pub(crate) carried: Box<[u8]>,
}

/// The logins that a request names, each once. Nearly always one, and most stores carry nothing, which
/// takes no allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct VerifiedLogins {
    first: Option<VerifiedLogin>,
    others: Vec<VerifiedLogin>,
}

impl VerifiedLogins {
    pub(crate) fn note(&mut self, id: LoginId, carried: &[u8]) {
        if self.iter().any(|noted| noted.id == id) {
            return;
        }
        let carried = carried.into();
        let login = VerifiedLogin { id, carried };
        match self.first {
            None => self.first = Some(login),
            Some(_) => self.others.push(login),
        }
    }

    /// The logins, the first that was noted first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &VerifiedLogin> {
        self.first.iter().chain(&self.others)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}
