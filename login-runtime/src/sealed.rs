//! Keeps a trait to this crate.

/// An argument of the methods that only this crate writes and calls. Nobody else can name its type,
/// so nobody else can implement a trait with such a method.
#[derive(Clone, Copy, Debug)]
pub struct Seal;
