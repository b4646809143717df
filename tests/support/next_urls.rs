//! The corpus of wanted pages: which are of this site, and which only look so.

use serde::Deserialize;

/// Pages that a visitor may be sent to, that nobody may be sent to, and that are a matter of choice.
#[derive(Deserialize)]
pub struct NextUrls {
    /// Followed.
    pub safe: Vec<NextCase>,
    /// Refused.
    #[serde(rename = "unsafe")]
    pub dangerous: Vec<NextCase>,
    /// Followed or refused, as long as they do not lead away.
    pub either: Vec<NextCase>,
}

/// A wanted page.
#[derive(Deserialize)]
pub struct NextCase {
    /// As it stands in the request.
    pub url: String,
    /// The hosts of the application.
    #[serde(default)]
    pub allowed_hosts: Vec<String>,
    /// Whether they are to be followed over HTTPS alone.
    #[serde(default)]
    pub require_https: bool,
    /// What kind of page it is.
    #[serde(default)]
    pub class: String,
}

impl NextUrls {
    /// The recorded cases.
    ///
    /// # Panics
    ///
    /// The file is not what is described here.
    pub fn recorded() -> Self {
        serde_json::from_str(include_str!("../corpora/next-urls.json")).expect("the corpus")
    }
}
