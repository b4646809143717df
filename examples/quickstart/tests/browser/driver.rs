//! A headless Chromium, through the few commands of `WebDriver` that the tests need.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_json::{Value, json};

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
        let profile = new_folder("quickstart-browser");
        let mut browser = Self {
            driver,
            profile,
            port,
            session: String::new(),
        };
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
            &format!("--user-data-dir={}", browser.profile.display()),
        ];
        let options = json!({ "goog:chromeOptions": { "args": arguments } });
        let capabilities = json!({ "capabilities": { "alwaysMatch": options } });
        let session = browser.ask("POST", "/session", Some(&capabilities));
        let id = session["sessionId"].as_str().expect("a session");
        browser.session = format!("/session/{id}");
        browser
    }

    pub(crate) fn go(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    pub(crate) fn back(&self) {
        self.post("/back", &json!({}));
    }

    pub(crate) fn address(&self) -> String {
        text(&self.get("/url"))
    }

    /// What a visitor reads.
    pub(crate) fn text(&self) -> String {
        text(&self.run("return document.body.innerText"))
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

    pub(crate) fn forget_cookie(&self, name: &str) {
        self.get(&format!("/cookie/{name}"));
        self.ask("DELETE", &format!("{}/cookie/{name}", self.session), None);
    }

    fn find(&self, selector: &str) -> String {
        let found = json!({ "using": "css selector", "value": selector });
        format!("/element/{}", text(&self.post("/element", &found)[ELEMENT]))
    }

    fn get(&self, command: &str) -> Value {
        self.ask("GET", &format!("{}{command}", self.session), None)
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
