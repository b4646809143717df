//! P19: the quickstart's login page tells nobody who has an account, neither by words nor by the
//! clock.

use std::{
    cmp::Ordering,
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant, SystemTime},
};

use crate::{chance::scaled, promise::Promise};

/// The quickstart, running with a database of its own.
struct Quickstart {
    program: Child,
    folder: PathBuf,
    address: String,
}

fn newest(folder: &Path) -> Option<SystemTime> {
    let files = fs::read_dir(folder).ok()?.flatten();
    files
        .filter_map(|file| file.metadata().ok()?.modified().ok())
        .max()
}

/// The program as it was built beside this one, or else built now.
fn program() -> PathBuf {
    let here = env::current_exe().expect("a test knows its own program");
    let target = here.ancestors().nth(2).expect("target/debug/deps");
    let program = target.join("quickstart");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/quickstart/src");
    let built = fs::metadata(&program).and_then(|file| file.modified()).ok();
    if built < newest(&sources) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "-q", "-p", "quickstart"]);
        if target.ends_with("release") {
            cargo.arg("--release");
        }
        let status = cargo.status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "the quickstart is built"
        );
    }
    program
}

impl Quickstart {
    fn start() -> Self {
        let folder = env::temp_dir().join(format!("hostile-quickstart-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder for temporary files is writable");
        let mut program = Command::new(program())
            .env("ADDR", "127.0.0.1:0")
            .env("DATABASE", folder.join("quickstart.db"))
            .env_remove("SECRET_KEY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the quickstart starts");
        let lines = BufReader::new(program.stdout.take().expect("its output")).lines();
        let mut listening = lines
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("listening on http://").map(str::to_owned));
        let address = listening.next().expect("the quickstart listens");
        Self {
            program,
            folder,
            address,
        }
    }

    /// Tries to log in; the answer without what differs each time, and how long it took.
    fn try_login(&self, name: &str, password: &str) -> (String, Duration) {
        let body = format!("username={name}&password={password}");
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nAccept: text/html\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {1}\r\n\
             Connection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut socket = TcpStream::connect(&self.address).expect("the quickstart listens");
        let started = Instant::now();
        socket
            .write_all(request.as_bytes())
            .expect("the request is sent");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        let took = started.elapsed();
        let same = |line: &&str| !line.to_ascii_lowercase().starts_with("date:");
        let answer: Vec<_> = answer.lines().filter(same).collect();
        let echoed = format!("value=\"{name}\"");
        (answer.join("\n").replace(&echoed, "value=\"NAME\""), took)
    }
}

impl Drop for Quickstart {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// In how many of all pairs the first took longer, ties by half: 0.5 where nobody can tell.
fn longer(first: &[Duration], second: &[Duration]) -> f64 {
    let mut halves: u32 = 0;
    for a in first {
        for b in second {
            halves += match a.cmp(b) {
                Ordering::Greater => 2,
                Ordering::Equal => 1,
                Ordering::Less => 0,
            };
        }
    }
    let pairs = u32::try_from(first.len() * second.len()).expect("not that many");
    f64::from(halves) / f64::from(pairs) / 2.0
}

#[test]
fn p19_no_enumeration() {
    let mut promise = Promise::new(
        "P19 no enumeration",
        ["told apart by the answer", "told apart by the clock"],
    );
    let site = Quickstart::start();
    // The page repeats the name: of each length one with an account, and one without.
    let names = ["ada", "bob", "grace", "bruce"];
    let mut times: [Vec<Duration>; 4] = Default::default();
    let tries = scaled(40).min(200);
    for name in names {
        site.try_login(name, "warm");
    }
    for round in 0..tries {
        let mut answers = [const { String::new() }; 4];
        // In another order each time, so that nobody is always the first.
        for turn in 0..4 {
            let who = (turn + round) % 4;
            let took;
            (answers[who], took) = site.try_login(names[who], "wrong");
            times[who].push(took);
        }
        assert!(answers[0].starts_with("HTTP/1.1 401"), "{}", answers[0]);
        for pair in [[0, 1], [2, 3]] {
            let [known, unknown] = pair.map(|who| &answers[who]);
            promise.demand(
                known == unknown,
                "told apart by the answer",
                "the page",
                || format!("{known}\n--\n{unknown}"),
            );
        }
    }
    // The spread of `longer` where there is no difference (Mann and Whitney), times 4.5.
    let n = f64::from(u32::try_from(tries).expect("small"));
    let noise = 4.5 * ((2.0 * n + 1.0) / (12.0 * n * n)).sqrt();
    let mut found = Vec::new();
    for (known, unknown) in [(0, 1), (2, 3)] {
        let name = names[known];
        let longer = longer(&times[known], &times[unknown]);
        found.push(format!("{name} {:.0} %", longer * 100.0));
        let apart = (longer - 0.5).abs() > noise;
        promise.demand(
            !apart,
            "told apart by the clock",
            "how long it takes",
            || {
                format!(
                    "{name} took longer than nobody in {:.0} % of all pairs",
                    longer * 100.0
                )
            },
        );
    }
    let mut all = times.concat();
    all.sort_unstable();
    promise.judge(format_args!(
        "{} tries of {:?} each; took longer than nobody: {} of all pairs (noise: {:.0} %)",
        tries * 4,
        all[all.len() / 2],
        found.join(", "),
        noise * 100.0
    ));
}
