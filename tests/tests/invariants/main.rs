//! What is always true of the library: the invariants I1 to I19, and what bad input does.

mod admin;
mod at_hand;
mod atomicity;
mod cache;
mod cookie_store;
mod cookies;
mod database;
mod events;
mod flash;
mod guard;
mod keys;
mod loaders;
mod logout;
mod logs;
mod managers;
mod next;
mod protection;
mod record;
mod refusal;
mod remember;
mod settings;
mod site;
mod time;
mod user_ids;
mod users;
mod websocket;
