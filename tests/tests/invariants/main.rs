//! What is always true of the library: the invariants I1 to I19, and what bad input does.

mod guard;
mod loaders;
mod site;
mod users;
