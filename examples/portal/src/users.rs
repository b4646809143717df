//! Who logs in, and the table of them.

use axum::extract::State;
use login_runtime::{Role, UserMixin, request_loader, user_loader};
use serde::Serialize;
use sqlx::{
    FromRow, Row, SqlitePool,
    error::BoxDynError,
    sqlite::{SqliteConnectOptions, SqliteRow},
};

use crate::keys;

/// What a user may do beyond having an account. A misspelt one does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Role)]
#[role(serde, sqlx)]
#[non_exhaustive]
pub enum Role {
    /// Sees and disables other accounts.
    Admin,
}

/// A user with the roles.
///
/// Templates and JSON get what serde serialises, so the password hash is skipped. Changing it ends
/// the user's other logins.
#[derive(Clone, Debug, UserMixin, Serialize)]
#[non_exhaustive]
#[allow(missing_docs)]
pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
    #[login(active)]
    pub active: bool,
    #[login(auth_hash)]
    #[serde(skip)]
    pub password_hash: String,
    /// How often the address or the password has changed.
    #[serde(skip)]
    pub changes: i64,
    #[login(roles)]
    pub roles: Vec<Role>,
    pub created_at: i64,
}

impl User {
    /// What a link for the user is bound to: following one changes it, and it never comes back.
    pub(crate) fn link_binding(&self) -> [String; 2] {
        [self.password_hash.clone(), self.changes.to_string()]
    }
}

impl FromRow<'_, SqliteRow> for User {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let roles: &str = row.try_get("roles")?;
        let roles: Result<_, _> = roles.split_whitespace().map(str::parse).collect();
        Ok(Self {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            name: row.try_get("name")?,
            active: row.try_get("active")?,
            password_hash: row.try_get("password_hash")?,
            changes: row.try_get("changes")?,
            roles: roles.map_err(|error| sqlx::Error::ColumnDecode {
                index: "roles".to_owned(),
                source: BoxDynError::from(error),
            })?,
            created_at: row.try_get("created_at")?,
        })
    }
}

/// Finds the user of a login. The id comes first, then any extractors that need no body.
#[user_loader]
pub(crate) async fn load_user(
    id: i64,
    State(users): State<Users>,
) -> Result<Option<User>, sqlx::Error> {
    users.by_id(id).await
}

/// Finds the user of a request with `Authorization: Bearer …`: for programs, which have no cookies.
#[request_loader(bearer)]
pub(crate) async fn load_by_api_key(
    key: String,
    State(users): State<Users>,
) -> Result<Option<User>, sqlx::Error> {
    let user = "SELECT * FROM users_with_roles \
                WHERE id = (SELECT user_id FROM api_keys WHERE digest = ?)";
    sqlx::query_as(user)
        .bind(keys::digest(&key))
        .fetch_optional(&users.db)
        .await
}

/// An address as it is kept, if it is one: whether mail arrives there is seen by sending some.
pub(crate) fn address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let strange = |it: char| it.is_whitespace() || it.is_control() || ",;:<>\"\\()[]".contains(it);
    let good = !local.is_empty() && !domain.is_empty() && text.len() <= 254;
    (good && !local.contains('@') && !text.contains(strange)).then_some(text)
}

/// A name as it is kept, if it is one.
pub(crate) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let good = (1..=100).contains(&text.chars().count()) && !text.contains(char::is_control);
    good.then(|| text.to_owned())
}

/// The table of users.
#[derive(Clone, Debug)]
pub(crate) struct Users {
    pub(crate) db: SqlitePool,
}

impl Users {
    /// Opens the database and brings it up to date.
    pub(crate) async fn connect(options: SqliteConnectOptions) -> sqlx::Result<Self> {
        let options = options.create_if_missing(true).foreign_keys(true);
        let db = SqlitePool::connect_with(options).await?;
        crate::migrations().run(&db).await?;
        Ok(Self { db })
    }

    pub(crate) async fn by_id(&self, id: i64) -> sqlx::Result<Option<User>> {
        let user = "SELECT * FROM users_with_roles WHERE id = ?";
        sqlx::query_as(user).bind(id).fetch_optional(&self.db).await
    }

    pub(crate) async fn by_email(&self, email: &str) -> sqlx::Result<Option<User>> {
        let user = "SELECT * FROM users_with_roles WHERE email = ?";
        let email = email.trim().to_lowercase();
        sqlx::query_as(user)
            .bind(email)
            .fetch_optional(&self.db)
            .await
    }

    /// Everybody, by name.
    pub(crate) async fn all(&self) -> sqlx::Result<Vec<User>> {
        sqlx::query_as("SELECT * FROM users_with_roles ORDER BY name, id LIMIT 1000")
            .fetch_all(&self.db)
            .await
    }

    pub(crate) async fn is_empty(&self) -> sqlx::Result<bool> {
        let some: Option<i64> = sqlx::query_scalar("SELECT id FROM users LIMIT 1")
            .fetch_optional(&self.db)
            .await?;
        Ok(some.is_none())
    }

    /// Adds a user; `None` where the address has an account already.
    pub(crate) async fn add(
        &self,
        email: &str,
        name: &str,
        password_hash: &str,
        roles: &[Role],
        now: i64,
    ) -> sqlx::Result<Option<User>> {
        let mut transaction = self.db.begin().await?;
        let row = "INSERT INTO users (email, name, password_hash, created_at) VALUES (?, ?, ?, ?) \
                   ON CONFLICT DO NOTHING RETURNING id";
        let id: Option<i64> = sqlx::query_scalar(row)
            .bind(email)
            .bind(name)
            .bind(password_hash)
            .bind(now)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(id) = id else { return Ok(None) };
        for role in roles {
            sqlx::query("INSERT INTO roles (user_id, role) VALUES (?, ?)")
                .bind(id)
                .bind(role)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        self.by_id(id).await
    }

    pub(crate) async fn rename(&self, id: i64, name: &str) -> sqlx::Result<()> {
        let change = "UPDATE users SET name = ? WHERE id = ?";
        let change = sqlx::query(change).bind(name).bind(id);
        change.execute(&self.db).await.map(drop)
    }

    pub(crate) async fn set_active(&self, id: i64, active: bool) -> sqlx::Result<()> {
        let change = "UPDATE users SET active = ? WHERE id = ?";
        let change = sqlx::query(change).bind(active).bind(id);
        change.execute(&self.db).await.map(drop)
    }

    /// Sets a password, unless somebody has set another since `user` was read; says whether it did. Of
    /// two that follow the same link at once, one comes too late.
    pub(crate) async fn set_password(&self, user: &User, hash: &str) -> sqlx::Result<bool> {
        let change = "UPDATE users SET password_hash = ?, changes = changes + 1 WHERE id = ? AND changes = ?";
        let change = sqlx::query(change).bind(hash).bind(user.id);
        let change = change.bind(user.changes).execute(&self.db).await?;
        Ok(change.rows_affected() == 1)
    }

    /// Changes the address, unless it has changed since `user` was read or the new one is taken.
    pub(crate) async fn set_email(&self, user: &User, email: &str) -> sqlx::Result<bool> {
        let change = "UPDATE OR IGNORE users SET email = ?, changes = changes + 1 WHERE id = ? AND changes = ?";
        let change = sqlx::query(change).bind(email).bind(user.id);
        let change = change.bind(user.changes).execute(&self.db).await?;
        Ok(change.rows_affected() == 1)
    }
}

#[test]
fn addresses_are_told_from_what_is_none() {
    assert_eq!(
        address(" Ada@Example.COM "),
        Some("ada@example.com".to_owned())
    );
    for wrong in [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a b@example.com",
        "ada@example.com\r\nBcc: all@example.com",
        "ada@example.com, eve@example.com",
        "Ada <ada@example.com>",
        "a@b@example.com",
    ] {
        assert_eq!(address(wrong), None, "{wrong}");
    }
    assert!(address(&format!("{}@example.com", "a".repeat(254))).is_none());
}
