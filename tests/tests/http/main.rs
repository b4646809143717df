//! What goes over the wire, seen from outside.

mod axum_login;
mod clients;
mod guarded;
mod layers;
mod next_urls;
mod openapi;
mod own_guards;
mod rights;
mod several_users;
mod staff;
mod templates;
mod test_client;
mod typed_paths;
mod via;
