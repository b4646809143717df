//! What a promise says about itself when it has been tried.

use std::time::Instant;

use crate::{KNOWN_BREACHES, published};

/// A promise on trial: its breaches are gathered, and counted by what they are.
pub(crate) struct Promise {
    name: &'static str,
    counted: Vec<(&'static str, usize)>,
    breaches: Vec<(&'static str, &'static str, String)>,
    began: Instant,
}

impl Promise {
    /// `counted` are the words behind the zeros of the line, such as `accepted` and `panics`.
    pub(crate) fn new<const N: usize>(name: &'static str, counted: [&'static str; N]) -> Self {
        Self {
            name,
            counted: counted.map(|what| (what, 0)).to_vec(),
            breaches: Vec::new(),
            began: Instant::now(),
        }
    }

    /// Notes a breach: which number it belongs to, why it happens as far as the test can tell, and
    /// how it was reached.
    pub(crate) fn breach(&mut self, what: &'static str, why: &'static str, how: impl Into<String>) {
        let counted = self.counted.iter_mut().find(|(word, _)| *word == what);
        counted.expect("a word of the line").1 += 1;
        self.breaches.push((what, why, how.into()));
    }

    /// Notes a breach unless `kept`.
    pub(crate) fn demand(
        &mut self,
        kept: bool,
        what: &'static str,
        why: &'static str,
        how: impl FnOnce() -> String,
    ) {
        if !kept {
            self.breach(what, why, how());
        }
    }

    /// Prints the promise's line, and fails where a breach is not known.
    ///
    /// # Panics
    ///
    /// There is a breach that is not on the list of known ones, or a known one is no more; or the
    /// published table says otherwise.
    pub(crate) fn judge(self, tried: impl std::fmt::Display) {
        let id = self.name.split(' ').next().unwrap_or_default();
        let zeros: Vec<_> = self
            .counted
            .iter()
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        let found = zeros.join(", ");
        println!("{}: {tried}, {found}", self.name);
        if std::env::var_os("HOSTILE_TABLE").is_some() {
            println!("| {} | {tried} | {found} |", self.name);
        }
        let known = |why: &str| KNOWN_BREACHES.contains(&(id, why));
        for (of, why) in KNOWN_BREACHES {
            if of != &id {
                continue;
            }
            let such: Vec<_> = self.breaches.iter().filter(|it| it.1 == *why).collect();
            let Some((_, _, how)) = such.first() else {
                panic!("{id}: `{why}` is mended; take it off `KNOWN_BREACHES`");
            };
            println!("{id} KNOWN BREACH, {} times, {why}: {how}", such.len());
        }
        let unknown = self.breaches.iter().filter(|it| !known(it.1));
        if std::env::var_os("HOSTILE_ALL").is_some() {
            println!("{id} took {:?}", self.began.elapsed());
            for (what, why, how) in &self.breaches {
                println!("{id} {what}, {why}: {how}");
            }
        }
        let unknown: Vec<_> = unknown
            .map(|(what, why, how)| format!("{what}, {why}: {how}"))
            .collect();
        assert!(
            unknown.is_empty(),
            "{}: {} breaches, the first of them:\n{}",
            self.name,
            unknown.len(),
            unknown[..unknown.len().min(10)].join("\n")
        );
        let disagreement = published::disagreement(self.name, &self.counted);
        assert_eq!(disagreement, None);
    }
}
