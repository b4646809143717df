//! Placeholder until the size measurement below is written.
fn main() {}
