//! A portal with a clock to turn by hand, a mailbox to read, and clients.

use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::http::HeaderName;
use login_runtime::testing::{ManualClock, TestClient, TestResponse};
use portal::{Config, Portal};

pub(crate) const ADMIN: (&str, &str) = ("admin@example.com", "an admin's password");

/// A portal in a folder of its own, which goes with it.
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) clock: ManualClock,
    pub(crate) portal: Portal,
}

impl Site {
    pub(crate) async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("portal-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        let clock = ManualClock::at(1_700_000_000);
        let portal = start(&folder, &clock, &[]).await.expect("a portal");
        Self {
            folder,
            clock,
            portal,
        }
    }

    /// A browser that nobody has used yet, at an address of its own.
    pub(crate) fn browser(&self) -> TestClient {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut client = TestClient::new(self.portal.router.clone());
        client.header(
            ADDRESS,
            &format!("198.51.{}.{}", number / 256, number % 256),
        );
        client
    }

    /// A browser in which somebody has made an account and is logged in.
    pub(crate) async fn registered(&self, email: &str, password: &str) -> TestClient {
        let mut client = self.browser();
        let answer = client.post("/register", &[("email", email)]).await;
        assert_eq!(answer.status(), 200, "{}", answer.text());
        let link = self.link(&email.to_lowercase(), "/register/").await;
        let name = email.split('@').next().expect("a name");
        let form = [("name", name), ("password", password)];
        let answer = client.post(&link, &form).await;
        assert_eq!(goes_to(&answer), "/account", "{}", answer.text());
        client
    }

    /// A browser in which somebody has logged in.
    pub(crate) async fn logged_in(&self, (email, password): (&str, &str)) -> TestClient {
        let mut client = self.browser();
        let answer = log_in(&mut client, "/login", email, password).await;
        assert_eq!(goes_to(&answer), "/account", "{}", answer.text());
        client
    }

    /// Every mail to an address, as far as it has been delivered, the oldest first.
    pub(crate) fn mails(&self, to: &str) -> Vec<String> {
        let to = format!("\nTo: {to}\n");
        let files = fs::read_dir(self.folder.join("mail")).expect("the folder of mails");
        let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        files.sort();
        let texts = files
            .iter()
            .map(|file| fs::read_to_string(file).expect("a mail"));
        texts.filter(|text| text.contains(&to)).collect()
    }

    /// Waits for a mail to an address that has such a line.
    pub(crate) async fn mail(&self, to: &str, line: &str) -> String {
        for _ in 0..1_000 {
            let mut mails = self.mails(to).into_iter().rev();
            // A file may be half written.
            if let Some(mail) = mails.find(|text| text.contains(line) && text.ends_with('\n')) {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail to {to} with `{line}`: {:?}", self.mails(to));
    }

    /// The path of the latest link to such a page that was mailed to an address.
    pub(crate) async fn link(&self, to: &str, path: &str) -> String {
        let mail = self.mail(to, path).await;
        let link = mail
            .lines()
            .find(|line| line.contains(path))
            .expect("a link");
        let path = link
            .strip_prefix("http://portal.example")
            .expect("the site's address");
        path.to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) const ADDRESS: HeaderName = HeaderName::from_static("x-real-ip");

/// A portal in a folder, with settings beside those of every test.
pub(crate) async fn start(
    folder: &std::path::Path,
    clock: &ManualClock,
    settings: &[(&str, &str)],
) -> Result<Portal, String> {
    let file = |name| folder.join(name).to_string_lossy().into_owned();
    let config = Config::read(|name| {
        let set = settings.iter().find(|(key, _)| *key == name);
        Some(match (set, name) {
            (Some((_, value)), _) => (*value).to_owned(),
            (None, "ORIGIN") => "http://portal.example".to_owned(),
            (None, "DATABASE") => file("portal.db"),
            (None, "MAIL") => file("mail"),
            (None, "SECRET") => "a secret of thirty-two characters".to_owned(),
            (None, "ADMIN_PASSWORD") => ADMIN.1.to_owned(),
            (None, "CLIENT_ADDRESS_HEADER") => ADDRESS.to_string(),
            _ => return None,
        })
    });
    let config = config.map_err(|error| error.to_string())?;
    let portal = Portal::start(&config, clock.clone()).await;
    portal.map_err(|error| error.to_string())
}

pub(crate) async fn log_in(
    client: &mut TestClient,
    path: &str,
    email: &str,
    password: &str,
) -> TestResponse {
    client
        .post(path, &[("email", email), ("password", password)])
        .await
}

/// Where an answer sends the visitor; empty where it sends nowhere.
pub(crate) fn goes_to(answer: &TestResponse) -> &str {
    if answer.status() == 303 {
        answer.header("location")
    } else {
        ""
    }
}

/// A page as a browser understands it: what is escaped in its source is what was meant.
pub(crate) fn page(answer: &TestResponse) -> String {
    answer.text().replace("&#x2f;", "/").replace("&#x27;", "'")
}

/// Waits until a page has this text: what goes on beside the pages takes its time.
pub(crate) async fn comes_to_read(client: &mut TestClient, path: &str, text: &str) {
    for _ in 0..1_000 {
        if page(&client.get(path).await).contains(text) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{path} never comes to have `{text}`");
}

/// Checks that a page is there and has this text.
pub(crate) async fn reads(client: &mut TestClient, path: &str, text: &str) {
    let answer = client.get(path).await;
    let page = page(&answer);
    assert!(
        answer.status() == 200 && page.contains(text),
        "{path} has no `{text}`: {} {page}",
        answer.status()
    );
}
