//! What is logged.

use std::{
    cell::RefCell,
    io::{self, Write},
    sync::Once,
};

use tracing::Level;

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

impl Log {
    /// Begins anew with nothing logged.
    // One subscriber for the process: several at a time disturb each other's levels.
    pub fn begin() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            tracing_subscriber::fmt()
                .with_max_level(Level::TRACE)
                .with_ansi(false)
                .with_writer(|| Self)
                .init();
        });
        LOGGED.with_borrow_mut(Vec::clear);
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
