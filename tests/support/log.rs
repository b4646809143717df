//! What is logged.

use std::{
    cell::{Cell, RefCell},
    io::{self, Write},
    sync::Once,
};

use tracing_subscriber::{
    Layer, filter::dynamic_filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

thread_local! {
    static LISTENS: Cell<bool> = const { Cell::new(false) };
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
    /// Begins anew with nothing logged; from here on this thread is listened to.
    ///
    /// # Panics
    ///
    /// Somebody else listens to the whole process already.
    // One subscriber for the process: several at a time disturb each other's levels, and what another
    // thread reaches first is never told to one that listens to its own thread alone.
    pub fn begin() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let lines = fmt::layer().with_ansi(false).with_writer(|| Self);
            let listens = dynamic_filter_fn(|_, _| LISTENS.get());
            tracing_subscriber::registry()
                .with(lines.with_filter(listens))
                .init();
        });
        LISTENS.set(true);
        LOGGED.with_borrow_mut(Vec::clear);
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
