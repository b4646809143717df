//! What goes over the wire, seen from outside.

mod administrators;
mod axum_login;
mod clients;
mod compiled;
mod guarded;
mod layers;
mod next_urls;
mod openapi;
mod own_guards;
mod public_types;
mod rights;
mod rights_in_templates;
mod several_users;
mod staff;
mod templates;
mod test_client;
mod typed_paths;
mod via;
