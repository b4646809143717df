//! A headless Chromium, through the few commands of `WebDriver` that the tests need.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(20);

const READ: &str = "return document.body.innerText";

/// The key of an element's id (W3C `WebDriver`, section 11).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A folder that nobody else uses.
pub(crate) fn new_folder(name: &str) -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = env::temp_dir().join(format!("{name}-{}-{number}", process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}

/// A browser with one window and an empty profile.
pub(crate) struct Browser {
    driver: Child,
    profile: PathBuf,
    port: u16,
    session: String,
}

impl Browser {
    pub(crate) fn open() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
        let mut ports = lines.map_while(Result::ok).filter_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let port = ports.next().expect("chromedriver listens");
        let profile = new_folder("browser");
        let mut browser = Self {
            driver,
            profile,
            port,
            session: String::new(),
        };
        browser.begin();
        browser
    }

    /// Opens a window on the profile.
    fn begin(&mut self) {
        let arguments = [
            "--headless",
            // Containers have no namespaces to make a sandbox of, nor much shared memory.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            // Nothing but the site is to be asked for anything.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            &format!("--user-data-dir={}", self.profile.display()),
        ];
        let options = json!({ "goog:chromeOptions": { "args": arguments } });
        let capabilities = json!({ "capabilities": { "alwaysMatch": options } });
        let session = self.ask("POST", "/session", Some(&capabilities));
        let id = session["sessionId"].as_str().expect("a session");
        self.session = format!("/session/{id}");
    }

    /// Closes the browser and opens it again: what belongs to the session is gone, the profile is not.
    pub(crate) fn restart(&mut self) {
        self.ask("DELETE", &self.session, None);
        self.begin();
    }

    pub(crate) fn go(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    pub(crate) fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// Waits until the browser is at this address: a click does not wait for the page behind it.
    pub(crate) fn arrives_at(&self, address: &str) {
        self.comes_to("the address", address, "return document.URL", |now| {
            now == address
        });
    }

    /// Waits until a visitor reads this text.
    pub(crate) fn reads(&self, text: &str) {
        self.comes_to("the text", text, READ, |now| now.contains(text));
    }

    /// What a visitor reads now.
    pub(crate) fn text(&self) -> String {
        text(&self.run(READ))
    }

    fn comes_to(&self, what: &str, expected: &str, script: &str, holds: impl Fn(&str) -> bool) {
        let give_up = Instant::now() + PATIENCE;
        let script =
            format!("return document.readyState == 'complete' ? (() => {{ {script} }})() : ''");
        let body = json!({ "script": script, "args": [] });
        let path = format!("{}/execute/sync", self.session);
        loop {
            // Between two pages there is none to ask.
            let answer = self
                .exchange("POST", &path, Some(&body))
                .expect("chromedriver answers");
            let now = answer.1["value"].as_str().unwrap_or_default();
            if answer.0 == 200 && holds(now) {
                return;
            }
            assert!(
                Instant::now() < give_up,
                "{what} is `{now}`, not `{expected}`"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs a script, waits for what it promises, and gives that.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    pub(crate) fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.post(&format!("{element}/click"), &json!({}));
    }

    /// Replaces what an input field holds.
    pub(crate) fn type_into(&self, selector: &str, keys: &str) {
        let element = self.find(selector);
        self.post(&format!("{element}/clear"), &json!({}));
        self.post(&format!("{element}/value"), &json!({ "text": keys }));
    }

    /// Presses keys, whatever has the focus.
    pub(crate) fn press(&self, keys: &str) {
        let key =
            |key: char| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key }));
        let keys: Vec<_> = keys.chars().flat_map(key).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": keys });
        self.post("/actions", &json!({ "actions": [keyboard] }));
    }

    /// Prefers light or dark pages from now on.
    pub(crate) fn prefers(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let command =
            json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": features } });
        self.post("/goog/cdp/execute", &command);
    }

    /// All that the browser knows of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Value {
        self.ask("GET", &format!("{}/cookie/{name}", self.session), None)
    }

    pub(crate) fn forget_cookie(&self, name: &str) {
        let path = format!("{}/cookie/{name}", self.session);
        // Asking for it first fails where there is no such cookie.
        self.ask("GET", &path, None);
        self.ask("DELETE", &path, None);
    }

    fn find(&self, selector: &str) -> String {
        let found = json!({ "using": "css selector", "value": selector });
        format!("/element/{}", text(&self.post("/element", &found)[ELEMENT]))
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        self.ask("POST", &format!("{}{command}", self.session), Some(body))
    }

    /// One command: an HTTP request to the driver, on a connection of its own.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = self
            .exchange(method, path, body)
            .expect("chromedriver answers");
        assert_eq!(
            status, 200,
            "{method} {path}: {}",
            answer["value"]["message"]
        );
        answer["value"].clone()
    }

    fn exchange(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> std::io::Result<(u16, Value)> {
        let port = self.port;
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}",
        )?;
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or_default();
        let mut length = 0;
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                None => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap_or_default();
                }
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body)?))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // Closes the browser, which killing the driver would leave behind.
            let _ = self.exchange("DELETE", &self.session, None);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
