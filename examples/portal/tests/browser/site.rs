//! The portal, running.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

pub(crate) const EMAIL: &str = "admin@example.com";
pub(crate) const PASSWORD: &str = "an admin's password";

/// The program, on a free port and in a folder of its own.
pub(crate) struct Site {
    program: Child,
    folder: PathBuf,
    origin: String,
}

impl Site {
    pub(crate) fn start() -> Self {
        let folder = super::driver::new_folder("portal-site");
        let mut program = Command::new(env!("CARGO_BIN_EXE_portal"))
            .current_dir(&folder)
            .env_clear()
            .env("LISTEN", "127.0.0.1:0")
            .env("ADMIN_EMAIL", EMAIL)
            .env("ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the portal starts");
        let lines = BufReader::new(program.stdout.take().expect("its output")).lines();
        let mut listening = lines
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        let origin = listening.next().expect("the portal listens");
        Self {
            program,
            folder,
            origin,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Waits for the latest link to such a page in a mail to an address.
    pub(crate) fn link(&self, to: &str, path: &str) -> String {
        let (to, begin) = (format!("\nTo: {to}\n"), self.url(path));
        for _ in 0..500 {
            let files = fs::read_dir(self.folder.join("mail")).expect("the folder of mails");
            let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
            files.sort();
            for file in files.iter().rev() {
                let mail = fs::read_to_string(file).expect("a mail");
                let link = mail.lines().find(|line| line.starts_with(&begin));
                if let (true, true, Some(link)) = (mail.contains(&to), mail.ends_with('\n'), link) {
                    return link.to_owned();
                }
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("no mail{to}with a link to {begin}");
    }

    /// What a program gets that asks with such a header.
    pub(crate) fn ask(&self, path: &str, header: &str) -> String {
        let host = self.origin.strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(host).expect("a connection");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {host}\r\n{header}\r\nconnection: close\r\n\r\n"
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
