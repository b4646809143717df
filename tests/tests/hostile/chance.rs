//! Numbers by chance that are the same in every run, and how many of them are tried.

use std::env;

/// How many times the small numbers are tried: 1, or what `HOSTILE_SCALE` says. 20 makes the
/// published ones.
pub(crate) fn scale() -> usize {
    match env::var("HOSTILE_SCALE") {
        Ok(scale) => scale.parse().expect("`HOSTILE_SCALE` is a whole number"),
        Err(_) => 1,
    }
}

/// A number to try, by the scale.
pub(crate) fn scaled(small: usize) -> usize {
    small * scale()
}

/// Numbers by chance (xorshift64*): one seed, one row of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        // Seeds that differ little would begin with numbers that do.
        let state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut chance = Self { seed, state };
        for _ in 0..8 {
            chance.next();
        }
        chance
    }

    /// What to say where something fails.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).expect("64 bits");
        usize::try_from(self.next() % limit).expect("below a `usize`")
    }

    pub(crate) fn one_in(&mut self, limit: usize) -> bool {
        self.below(limit) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[7]
    }
}
