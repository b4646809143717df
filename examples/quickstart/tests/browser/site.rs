//! The quickstart, running.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// The program, on a free port and with a database of its own.
pub(crate) struct Site {
    program: Child,
    folder: PathBuf,
    origin: String,
}

impl Site {
    pub(crate) fn start() -> Self {
        let folder = super::driver::new_folder("quickstart-site");
        let mut program = Command::new(env!("CARGO_BIN_EXE_quickstart"))
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
            .filter_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        let origin = listening.next().expect("the quickstart listens");
        Self {
            program,
            folder,
            origin,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
