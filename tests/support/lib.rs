//! What the test targets share.

mod counting_body;
mod dropped;
pub mod engines;
mod faults;
mod faulty_store;
mod flaw;
mod log;
mod next_urls;
mod record;
mod say;
mod suite;

pub use counting_body::{CountingBody, Polls};
pub use dropped::poll_at_most;
pub use faults::{Call, Fault, Faults, Gate};
pub use faulty_store::FaultyStore;
pub use flaw::Flaw;
pub use log::Log;
pub use next_urls::{NextCase, NextUrls};
pub use record::{Record, Remembered, Value};
pub use say::say;
pub use suite::{Suite, engine_address, is_remote};

/// The examples of the README, which run as doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
