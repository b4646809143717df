//! The settings, from the environment.

use std::{env, error::Error, fmt, net::SocketAddr, path::PathBuf};

/// Everything that is set from outside; `portal.env.example` describes each of them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where to listen: `LISTEN`.
    pub listen: String,
    /// What visitors see as the site's address, without a path: `ORIGIN`. Links in mails begin with it.
    pub origin: String,
    /// The SQLite file of users: `DATABASE`.
    pub database: PathBuf,
    /// Where logins are kept, if not in the same file: `LOGINS`.
    pub logins: Option<String>,
    /// At least 32 bytes that sign cookies and links: `SECRET`.
    pub secret: Vec<u8>,
    /// Whether the secret was made up for this process.
    pub secret_is_new: bool,
    /// A folder, or the address of a mail server: `MAIL`.
    pub mail: String,
    /// Who mails are from: `MAIL_FROM`.
    pub mail_from: String,
    /// The account of the first administrator: `ADMIN_EMAIL`.
    pub admin_email: String,
    /// That administrator's password, or one is made up and printed: `ADMIN_PASSWORD`.
    pub admin_password: Option<String>,
    /// The header in which your own proxy writes a client's address: `CLIENT_ADDRESS_HEADER`.
    pub client_address_header: Option<String>,
    /// Whether logs are lines of JSON: `LOG_FORMAT=json`.
    pub json_logs: bool,
}

/// Without the secrets, and without the addresses that may hold passwords.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("origin", &self.origin)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// A setting that cannot be used.
#[derive(Debug)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ConfigError {}

impl Config {
    /// The settings of this process.
    ///
    /// # Errors
    ///
    /// A setting cannot be used; the text says which, and what to do.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// The settings as another source has them; what is empty counts as not set.
    ///
    /// # Errors
    ///
    /// As for [`from_env`](Self::from_env).
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let get = |name| get(name).filter(|value| !value.is_empty());
        let or = |name, default: &str| get(name).unwrap_or_else(|| default.to_owned());
        let (secret, secret_is_new) = match get("SECRET") {
            Some(secret) if secret.len() >= 32 => (secret.into_bytes(), false),
            Some(_) => {
                return Err(ConfigError(
                    "SECRET is shorter than 32 characters; make one with `openssl rand -hex 32`"
                        .to_owned(),
                ));
            }
            None => {
                let mut secret = vec![0; 32];
                getrandom::fill(&mut secret).map_err(|error| {
                    ConfigError(format!(
                        "the operating system gave no random bytes: {error}"
                    ))
                })?;
                (secret, true)
            }
        };
        let config = Self {
            listen: or("LISTEN", "127.0.0.1:3000"),
            origin: or("ORIGIN", "").trim_end_matches('/').to_owned(),
            database: or("DATABASE", "portal.db").into(),
            logins: get("LOGINS"),
            secret,
            secret_is_new,
            mail: or("MAIL", "mail"),
            mail_from: or("MAIL_FROM", "Portal <portal@localhost>"),
            admin_email: or("ADMIN_EMAIL", "admin@example.com"),
            admin_password: get("ADMIN_PASSWORD"),
            client_address_header: get("CLIENT_ADDRESS_HEADER"),
            json_logs: or("LOG_FORMAT", "text") == "json",
        };
        match config.origin.split_once("://") {
            None if config.origin.is_empty() => Ok(config),
            Some(("http" | "https", host)) if !host.is_empty() && !host.contains('/') => Ok(config),
            _ => Err(ConfigError(format!(
                "ORIGIN: `{}` is not an origin; write it as in `https://portal.example.com`",
                config.origin
            ))),
        }
    }

    /// Where nothing else was said, the site's address is the one that it listens on.
    pub fn listening_on(mut self, address: SocketAddr) -> Self {
        if self.origin.is_empty() {
            self.origin = format!("http://{address}");
        }
        self
    }

    /// Whether visitors come by HTTPS; otherwise this is somebody's own machine.
    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_has_to_be_set() {
        let config = read(&[]).expect("settings");
        let config = config.listening_on(([127, 0, 0, 1], 3000).into());
        assert_eq!(config.origin, "http://127.0.0.1:3000");
        assert!(config.secret_is_new && config.secret.len() == 32 && !config.is_https());
        assert_ne!(
            config.secret,
            read(&[("SECRET", "")]).expect("settings").secret
        );
    }

    #[test]
    fn what_cannot_be_used_is_a_sentence() {
        for (name, value, expected) in [
            ("SECRET", "too short", "openssl rand"),
            ("ORIGIN", "portal.example.com", "https://portal.example.com"),
            (
                "ORIGIN",
                "https://portal.example.com/app",
                "is not an origin",
            ),
        ] {
            let error = read(&[(name, value)]).expect_err("an error").to_string();
            assert!(
                error.starts_with(name) && error.contains(expected),
                "{error}"
            );
        }
        let config = read(&[("ORIGIN", "https://portal.example.com/")]).expect("settings");
        assert!(config.is_https() && config.origin == "https://portal.example.com");
    }

    /// Whoever adds a setting describes it.
    #[test]
    fn the_example_file_has_every_setting() {
        let example = include_str!("../portal.env.example");
        let asked = std::sync::Mutex::new(Vec::new());
        Config::read(|name| {
            asked.lock().expect("a list").push(name.to_owned());
            None
        })
        .expect("settings");
        for name in asked.into_inner().expect("a list") {
            assert!(example.contains(&format!("{name}=")), "{name}");
        }
    }
}
