//! What is logged.

use std::{
    cell::RefCell,
    io::{self, Write},
    sync::Once,
};

use tracing::{Level, Subscriber, subscriber::DefaultGuard};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes down what is logged, apart for each thread, and so for each test.
pub struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn subscriber() -> impl Subscriber + Send + Sync {
    tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(|| Log)
        .finish()
}

impl Log {
    /// Begins anew with nothing logged.
    ///
    /// # Panics
    ///
    /// Somebody else listens to the whole process already.
    // One subscriber for the process: several at a time disturb each other's levels.
    pub fn begin() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            tracing::subscriber::set_global_default(subscriber())
                .expect("the only subscriber of the process");
        });
        LOGGED.with_borrow_mut(Vec::clear);
    }

    /// Begins anew, for this thread alone and as long as the guard lives: for a suite of which one test
    /// listens, and the others need not pay for what nobody reads.
    pub fn listen() -> DefaultGuard {
        LOGGED.with_borrow_mut(Vec::clear);
        tracing::subscriber::set_default(subscriber())
    }

    /// What was logged since the last call, or since the beginning.
    ///
    /// # Panics
    ///
    /// The log is no text.
    pub fn take() -> String {
        let logged = LOGGED.with_borrow_mut(std::mem::take);
        String::from_utf8(logged).expect("the log is text")
    }

    /// The lines of this level; those of every level without one.
    ///
    /// # Panics
    ///
    /// The log is no text.
    pub fn lines(level: &str) -> String {
        let text = LOGGED.with_borrow(|logged| String::from_utf8(logged.clone()));
        let text = text.expect("the log is text");
        let lines = text.lines().filter(|line| line.contains(level));
        lines.map(|line| format!("{line}\n")).collect()
    }
}
