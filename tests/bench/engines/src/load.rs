//! A server in a process of its own, under the load of wrk.

use std::{path::PathBuf, process::Stdio};

use axum::http::{HeaderValue, Method, header::HOST};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{Error, ask::request};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Page {
    /// A page for users, with the cookie.
    Protected,
    /// A page for everybody, with the cookie.
    Public,
    /// Logins of a thousand users, one after another, without a cookie.
    Login,
}

/// wrk's script for logins.
const LOGINS: &str = "\
local user = 0
request = function()
  user = user % 1000 + 1
  return wrk.format('POST', '/login/' .. user)
end
";

/// What wrk says of one round.
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) p50: String,
    pub(crate) p99: String,
}

/// One application.
pub(crate) struct Server {
    pub(crate) who: &'static str,
    _child: Child,
    site: String,
    cookie: HeaderValue,
    script: PathBuf,
}

impl Server {
    pub(crate) async fn start(who: &'static str, address: &str) -> Result<Self, Error> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", who, address])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or("no output")?;
        BufReader::new(stdout).read_line(&mut line).await?;
        let (port, cookie) = line.trim_end().split_once(' ').ok_or("it has no cookie")?;
        let script = std::env::temp_dir().join(format!("logins-{}.lua", std::process::id()));
        std::fs::write(&script, LOGINS)?;
        Ok(Self {
            who,
            _child: child,
            site: format!("http://127.0.0.1:{port}"),
            cookie: HeaderValue::try_from(cookie)?,
            script,
        })
    }

    /// Thirty-two connections for two seconds.
    pub(crate) async fn load(&self, page: Page) -> Result<Round, Error> {
        let said = self.wrk(page, "32", "2s").await?;
        let after = |label: &str| {
            let mut lines = said.lines().map(str::trim);
            let found = lines.find_map(|line| line.strip_prefix(label));
            Ok::<_, Error>(found.ok_or("wrk says something else")?.trim().to_owned())
        };
        Ok(Round {
            per_second: after("Requests/sec:")?.parse()?,
            p50: after("50%")?,
            p99: after("99%")?,
        })
    }

    /// One request after another for a second; says how many they were.
    pub(crate) async fn one_by_one(&self, page: Page) -> Result<u64, Error> {
        let said = self.wrk(page, "1", "1s").await?;
        let mut lines = said.lines().map(str::trim);
        let line = lines.find(|line| line.contains(" requests in "));
        let (requests, _) = line
            .and_then(|line| line.split_once(' '))
            .ok_or("no number")?;
        Ok(requests.parse()?)
    }

    async fn wrk(&self, page: Page, connections: &str, duration: &str) -> Result<String, Error> {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t", "1", "-c", connections, "-d", duration, "--latency"]);
        let cookie = (page != Page::Login).then(|| self.cookie.clone());
        let example = request(Method::GET, "/", cookie);
        for (name, value) in example.headers().iter().filter(|(name, _)| *name != HOST) {
            wrk.arg("-H").arg(format!("{name}: {}", value.to_str()?));
        }
        match page {
            Page::Protected => wrk.arg(format!("{}/dashboard", self.site)),
            Page::Public => wrk.arg(format!("{}/", self.site)),
            Page::Login => wrk.arg("-s").arg(&self.script).arg(&self.site),
        };
        let ran = wrk.output().await;
        let ran = ran.map_err(|error| format!("wrk cannot be run, install it: {error}"))?;
        let said = String::from_utf8(ran.stdout)?;
        // Where nobody is logged in the protected page is a redirect.
        if !ran.status.success() || said.contains("Non-2xx") || said.contains("Socket errors") {
            return Err(format!("{} did not answer every request: {said}", self.who).into());
        }
        Ok(said)
    }
}
