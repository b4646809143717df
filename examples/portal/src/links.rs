//! Links that stand in mails: signed, with an end, for one purpose, and good for one time.
//!
//! Nothing about them is kept. A link counts once because it is bound to what following it changes: how
//! often the user's address or password has. One that makes an account counts while there is none.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::time::Time;

type HmacSha256 = Hmac<Sha256>;

/// What a link is for; one for something else is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Makes an account for the address that the link was mailed to.
    Register,
    /// Sets a new password.
    Reset,
    /// Changes the account's address to the one that the link was mailed to.
    Email,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Reset => "reset",
            Self::Email => "email",
        }
    }

    /// How long such a link is good, in seconds. A person waits for the mail and follows it at once.
    fn lasts(self) -> i64 {
        match self {
            Self::Register => 24 * 3_600,
            Self::Reset | Self::Email => 30 * 60,
        }
    }
}

/// Makes links, and says whether one is good.
#[derive(Clone)]
pub(crate) struct Links {
    signer: HmacSha256,
    time: Time,
}

/// A token as somebody sent it: what it says may be looked up, but not yet believed.
#[derive(Debug)]
pub(crate) struct Token {
    until: i64,
    subject: String,
    signature: Vec<u8>,
}

impl Token {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (message, signature) = text.split_once('.')?;
        let message = String::from_utf8(BASE64.decode(message).ok()?).ok()?;
        let (until, subject) = message.split_once(' ')?;
        Some(Self {
            until: until.parse().ok()?,
            subject: subject.to_owned(),
            signature: BASE64.decode(signature).ok()?,
        })
    }

    /// Whom or what it is about. Anybody can write anything there: ask [`Links::is_good`].
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }
}

impl Links {
    pub(crate) fn new(secret: &[u8], time: Time) -> Self {
        // A key of its own: nothing that is signed as a link is a cookie, nor the other way round.
        let key = of(secret).chain_update(b"portal links").finalize();
        Self {
            signer: of(&key.into_bytes()),
            time,
        }
    }

    /// A token about a subject, good until what it is bound to changes, or its time is over.
    pub(crate) fn token(
        &self,
        purpose: Purpose,
        subject: &str,
        bound_to: &[impl AsRef<str>],
    ) -> String {
        let until = self.time.seconds() + purpose.lasts();
        let signature = self.mac(purpose, until, subject, bound_to).finalize();
        let message = BASE64.encode(format!("{until} {subject}"));
        format!("{message}.{}", BASE64.encode(signature.into_bytes()))
    }

    pub(crate) fn is_good(
        &self,
        token: &Token,
        purpose: Purpose,
        bound_to: &[impl AsRef<str>],
    ) -> bool {
        let mac = self.mac(purpose, token.until, &token.subject, bound_to);
        mac.verify_slice(&token.signature).is_ok() && self.time.seconds() < token.until
    }

    fn mac(
        &self,
        purpose: Purpose,
        until: i64,
        subject: &str,
        bound_to: &[impl AsRef<str>],
    ) -> HmacSha256 {
        let until = until.to_string();
        let mut mac = self.signer.clone();
        let bound_to = bound_to.iter().map(AsRef::as_ref);
        for part in [purpose.name(), &until, subject]
            .into_iter()
            .chain(bound_to)
        {
            // Each with its length, so that no two lists of parts look alike.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

fn of(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("a key may have any length")
}

#[cfg(test)]
mod tests {
    use login_runtime::testing::ManualClock;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_link_is_for_one_thing_and_until_an_hour() {
        let clock = ManualClock::at(1_700_000_000);
        let links = Links::new(&[1; 32], Time::new(clock.clone()));
        let text = links.token(Purpose::Reset, "7", &["hash", "a@b.example"]);
        let token = Token::parse(&text).expect("a token");
        let good = |purpose, bound_to: &[&str]| links.is_good(&token, purpose, bound_to);
        assert_eq!(token.subject(), "7");
        assert!(good(Purpose::Reset, &["hash", "a@b.example"]));
        assert!(!good(Purpose::Email, &["hash", "a@b.example"]));
        assert!(!good(Purpose::Reset, &["new hash", "a@b.example"]));
        assert!(!good(Purpose::Reset, &["has", "ha@b.example"]));
        assert!(!good(Purpose::Reset, &["hash"]));
        let others = Links::new(&[2; 32], Time::new(clock.clone()));
        assert!(!others.is_good(&token, Purpose::Reset, &["hash", "a@b.example"]));
        clock.advance(Duration::from_secs(30 * 60 - 1));
        assert!(good(Purpose::Reset, &["hash", "a@b.example"]));
        clock.advance(Duration::from_secs(1));
        assert!(!good(Purpose::Reset, &["hash", "a@b.example"]));
    }

    #[test]
    fn whoever_writes_another_subject_has_no_link() {
        let links = Links::new(&[1; 32], Time::new(ManualClock::at(1_700_000_000)));
        let text = links.token(Purpose::Reset, "7", &[""]);
        let (_, signature) = text.split_once('.').expect("two parts");
        let forged = format!("{}.{signature}", BASE64.encode("1700001800 8"));
        let forged = Token::parse(&forged).expect("a token by its looks");
        assert_eq!(forged.subject(), "8");
        assert!(!links.is_good(&forged, Purpose::Reset, &[""]));
        for nonsense in ["", ".", "x", "x.y", "é.é", "MTIz.MTIz"] {
            assert!(Token::parse(nonsense).is_none(), "{nonsense}");
        }
    }
}
