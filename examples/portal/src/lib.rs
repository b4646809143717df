//! A complete application with accounts, roles, devices and API keys, in the way one would start it.
//!
//! Read it in this order: [`Portal`] (`app.rs`) puts everything together, `users.rs` says who logs in,
//! `pages/` has a file for each part of the site, and the rest is what pages use: `passwords.rs`,
//! `links.rs` (what stands in mails), `throttle.rs`, `audit.rs`, `mail.rs`, `answers.rs`.

#![allow(
    clippy::too_many_arguments,
    reason = "a handler's arguments are what it takes from its request"
)]

mod answers;
mod app;
mod audit;
mod background;
mod client;
mod config;
mod headers;
mod keys;
mod links;
mod mail;
mod pages;
mod passwords;
mod templates;
mod throttle;
mod time;
mod users;

pub use app::{Portal, routes};
pub use background::Background;
pub use config::{Config, ConfigError};
pub use users::{Role, User};

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// The steps that lead to the tables of today. A step that has been released is never changed: the next
/// one gets a file and a line of its own.
fn migrations() -> Migrator {
    let steps = [
        (
            1,
            "accounts",
            include_str!("../migrations/0001_accounts.sql"),
        ),
        (2, "events", include_str!("../migrations/0002_events.sql")),
    ];
    let step = |(version, name, sql): (i64, &'static str, &'static str)| {
        let sql = sql.into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(steps.map(step).into())
}
