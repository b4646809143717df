//! What is always true of the library: the invariants I1 to I19, and what bad input does.

mod atomicity;
mod guard;
mod loaders;
mod record;
mod site;
mod users;
