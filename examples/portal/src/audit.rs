//! What happened to accounts, for their owners and for administrators.

use std::net::IpAddr;

use login_runtime::{LoginEvent, LoginEventKind};
use serde::Serialize;
use sqlx::{FromRow, SqlitePool};
use tokio::sync::mpsc;

use crate::{
    client::{Client, device_name},
    mail::{Mail, Outbox},
    time::Time,
    users::Users,
};

/// Something that happened, on its way into the table.
#[derive(Debug)]
pub(crate) struct Event {
    at: i64,
    user_id: Option<i64>,
    what: &'static str,
    address: Option<IpAddr>,
    user_agent: Option<String>,
    /// Whether its user is told by mail.
    told: bool,
}

/// A row of the table.
#[derive(Debug, FromRow, Serialize)]
pub(crate) struct EventRow {
    pub(crate) at: i64,
    pub(crate) user_id: Option<i64>,
    pub(crate) user: Option<String>,
    pub(crate) what: String,
    pub(crate) address: Option<String>,
    pub(crate) user_agent: Option<String>,
}

/// Where events are noted. Nobody waits for them to be written.
#[derive(Clone, Debug)]
pub(crate) struct Audit {
    events: mpsc::Sender<Event>,
    db: SqlitePool,
    time: Time,
}

/// What an event is called where people read it; `None` for what happens at every other request.
fn name(kind: LoginEventKind) -> Option<(&'static str, bool)> {
    Some(match kind {
        LoginEventKind::UserLoggedIn {
            new_device: Some(true),
            ..
        } => ("Logged in on a new device", true),
        LoginEventKind::UserLoggedIn { .. } => ("Logged in", false),
        LoginEventKind::UserLoggedOut => ("Logged out", false),
        LoginEventKind::UserLoadedFromCookie => ("Came back as remembered", false),
        LoginEventKind::UserLoginConfirmed => ("Entered the password again", false),
        LoginEventKind::UserForbidden => ("Was refused for want of a right", false),
        LoginEventKind::SessionProtected { .. } => ("A session changed its browser", false),
        LoginEventKind::RememberTheft { .. } => ("A copied remember cookie was used", true),
        LoginEventKind::RememberExhausted => ("A remembered login was ended", false),
        _ => return None,
    })
}

impl Audit {
    pub(crate) fn new(db: SqlitePool, time: Time) -> (Self, mpsc::Receiver<Event>) {
        let (events, waiting) = mpsc::channel(1_000);
        (Self { events, db, time }, waiting)
    }

    /// Notes an event of the login manager: its `on_event`.
    pub(crate) fn login_event(&self, event: &LoginEvent) {
        let Some((what, told)) = name(event.kind) else {
            return;
        };
        // A logout of nobody is nothing.
        let Some(user_id) = event.user_id.as_deref().and_then(|id| id.parse().ok()) else {
            return;
        };
        self.put(Event {
            at: event.at.as_secs(),
            user_id: Some(user_id),
            what,
            address: event.address,
            user_agent: event.user_agent.as_deref().map(str::to_owned),
            told,
        });
    }

    /// Notes what a page did to an account.
    pub(crate) fn note(&self, user_id: impl Into<Option<i64>>, what: &'static str, by: &Client) {
        self.put(Event {
            at: self.time.seconds(),
            user_id: user_id.into(),
            what,
            address: by.address,
            user_agent: by.user_agent.clone(),
            told: false,
        });
    }

    fn put(&self, event: Event) {
        if let Err(error) = self.events.try_send(event) {
            tracing::error!(%error, "an event is lost: too many wait");
        }
    }

    /// The latest events, of one user or of everybody.
    pub(crate) async fn latest(&self, user_id: Option<i64>) -> sqlx::Result<Vec<EventRow>> {
        let rows = "SELECT at, user_id, email AS user, what, address, user_agent \
                    FROM events LEFT JOIN users ON users.id = user_id \
                    WHERE user_id = ?1 OR ?1 IS NULL ORDER BY events.id DESC LIMIT 100";
        sqlx::query_as(rows).bind(user_id).fetch_all(&self.db).await
    }
}

/// Writes events down until nobody is left who would note any, and tells users of some.
pub(crate) async fn write(mut events: mpsc::Receiver<Event>, users: Users, outbox: Outbox) {
    while let Some(event) = events.recv().await {
        if let Err(error) = write_one(&event, &users, &outbox).await {
            tracing::error!(%error, what = event.what, "an event is lost");
        }
    }
}

async fn write_one(event: &Event, users: &Users, outbox: &Outbox) -> sqlx::Result<()> {
    let row = "INSERT INTO events (at, user_id, what, address, user_agent) VALUES (?, ?, ?, ?, ?)";
    let address = event.address.map(|it| it.to_string());
    sqlx::query(row)
        .bind(event.at)
        .bind(event.user_id)
        .bind(event.what)
        .bind(&address)
        .bind(&event.user_agent)
        .execute(&users.db)
        .await?;
    if let (true, Some(id)) = (event.told, event.user_id)
        && let Some(user) = users.by_id(id).await?
    {
        let device = device_name(event.user_agent.as_deref().unwrap_or_default());
        let address = address.as_deref().unwrap_or("an unknown address");
        outbox.send(Mail {
            to: user.email,
            subject: event.what,
            text: format!(
                "Hello {},\n\n{}: {device}, from {address}.\n\nIf that was not you, change your \
                 password: it ends every other login.",
                user.name, event.what
            ),
        });
    }
    Ok(())
}
