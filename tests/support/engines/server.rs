//! A process that ends with this one.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Runs a server until nobody holds the other end of its input any more, be it that this process
/// was killed. A word on it says what else to do.
const KEEPER: &str = r#"
folder=$1; shift
"$@" >>"$folder/log" 2>&1 &
server=$!
echo $server
read -r word
children=$(cat "/proc/$server/task/$server/children" 2>/dev/null)
kill -KILL $server $children 2>/dev/null
wait $server 2>/dev/null
[ "$word" = keep ] || rm -rf "$folder"
"#;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, its folder and its port.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    pub(super) port: u16,
    program: PathBuf,
    args: Vec<String>,
    account: Option<Account>,
    is_ready: fn(u16) -> bool,
    running: Option<Running>,
}

/// Another account than this one, for a server that wants no rights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    user: u32,
    group: u32,
}

#[derive(Debug)]
struct Running {
    keeper: Child,
    input: ChildStdin,
    pid: u32,
}

impl Account {
    /// The account of this name, where this process is root and there is one.
    pub(super) fn instead_of_root(name: &str) -> Option<Self> {
        if fs::metadata("/proc/self").ok()?.uid() != 0 {
            return None;
        }
        let passwd = fs::read_to_string("/etc/passwd").ok()?;
        let mut fields = passwd
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields[0] == name)?
            .into_iter()
            .skip(2);
        Some(Self {
            user: fields.next()?.parse().ok()?,
            group: fields.next()?.parse().ok()?,
        })
    }
}

/// A new folder for a server that runs under an account.
pub(super) fn folder(engine: &str, account: Option<Account>) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("login-{engine}-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).expect("the temporary directory can be written");
    if let Some(account) = account {
        chown(&folder, Some(account.user), Some(account.group))
            .expect("root may give folders away");
    }
    folder
}

/// A port that was free a moment ago.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
    listener.local_addr().expect("it is bound").port()
}

/// A program under an account.
pub(super) fn command(program: &Path, account: Option<Account>) -> Command {
    let Some(Account { user, group }) = account else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={user}"))
        .arg(format!("--regid={group}"))
        .arg("--clear-groups")
        .arg(program);
    command
}

/// Runs a program to its end.
///
/// # Panics
///
/// It fails.
pub(super) fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&said)
    );
}

impl Server {
    /// Starts a program and waits until it answers.
    pub(super) fn start(
        folder: PathBuf,
        port: u16,
        program: PathBuf,
        args: Vec<String>,
        account: Option<Account>,
        is_ready: fn(u16) -> bool,
    ) -> Self {
        let mut server = Self {
            folder,
            port,
            program,
            args,
            account,
            is_ready,
            running: None,
        };
        server.start_again();
        server
    }

    /// Starts the server that was killed, with the data it had.
    ///
    /// # Panics
    ///
    /// It is running, or does not start.
    pub fn start_again(&mut self) {
        assert!(self.running.is_none(), "the server is running");
        let server = command(&self.program, self.account);
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&self.folder)
            .arg(server.get_program())
            .args(server.get_args())
            .args(&self.args)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let input = keeper.stdin.take().expect("it is piped");
        let mut pid = String::new();
        BufReader::new(keeper.stdout.take().expect("it is piped"))
            .read_line(&mut pid)
            .expect("the keeper says which process it keeps");
        let pid = pid.trim().parse().expect("it is a number");
        self.running = Some(Running { keeper, input, pid });
        let give_up = Instant::now() + PATIENCE;
        while !self.answers() {
            let runs = Path::new(&format!("/proc/{pid}")).exists();
            if !runs || Instant::now() > give_up {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                panic!("{} did not start: {log}", self.program.display());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the server without a word of warning. Its data stays.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.input.write_all(b"keep\n");
            drop(running.input);
            let _ = running.keeper.wait();
        }
    }

    /// Lets the server keep its connections and answer nothing, until it is told to go on.
    ///
    /// # Panics
    ///
    /// It is not running.
    pub fn hang(&self) {
        self.signal("STOP");
    }

    /// Ends what [`hang`](Self::hang) began.
    ///
    /// # Panics
    ///
    /// It is not running.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    /// Whether it answers somebody new.
    pub fn answers(&self) -> bool {
        (self.is_ready)(self.port)
    }

    fn signal(&self, signal: &str) {
        let pid = self.running.as_ref().expect("the server is running").pid;
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        // The server first: it then makes no more children.
        run(Command::new("sh").arg("-c").arg(format!(
            "kill -{signal} {pid}; for child in {}; do kill -{signal} $child; done; true",
            children.trim()
        )));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match self.running.take() {
            Some(mut running) => {
                drop(running.input);
                let _ = running.keeper.wait();
            }
            None => {
                let _ = fs::remove_dir_all(&self.folder);
            }
        }
    }
}
