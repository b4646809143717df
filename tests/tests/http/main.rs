//! What goes over the wire, seen from outside.

mod anonymous;
mod guarded;
mod layers;
mod next_urls;
mod rights;
mod several_users;
mod staff;
mod templates;
mod via;
