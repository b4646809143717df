//! What the test targets share.

mod counting_body;
mod dropped;
pub mod engines;
mod faulty_store;

pub use counting_body::{CountingBody, Polls};
pub use dropped::poll_at_most;
pub use faulty_store::{Call, Fault, Faults, FaultyStore, Gate};

/// The examples of the README, which run as doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
