//! What is always true of the library: the invariants I1 to I19, and what bad input does.

mod atomicity;
mod cookies;
mod guard;
mod keys;
mod loaders;
mod record;
mod remember;
mod site;
mod time;
mod users;
