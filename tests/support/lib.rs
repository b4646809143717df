//! What the test targets share.

/// The examples of the README, which run as doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
