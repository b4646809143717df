//! API keys: long and random, shown once, kept as digests.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, SqlitePool};

/// What is known of a key: everything but the key.
#[derive(Debug, FromRow, Serialize)]
pub(crate) struct Key {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) created_at: i64,
}

/// The table of keys.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) db: SqlitePool,
}

/// How many keys a user may have.
const MOST: i64 = 20;

impl Keys {
    pub(crate) async fn of(&self, user_id: i64) -> sqlx::Result<Vec<Key>> {
        let keys = "SELECT id, name, created_at FROM api_keys WHERE user_id = ? ORDER BY id";
        sqlx::query_as(keys).bind(user_id).fetch_all(&self.db).await
    }

    /// Makes a key and gives it, for the first and last time; `None` where the user has too many.
    pub(crate) async fn make(
        &self,
        user_id: i64,
        name: &str,
        now: i64,
    ) -> Result<Option<String>, Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        // The beginning tells scanners for secrets what they have found.
        let key = format!("portal_{}", BASE64.encode(bytes));
        let row = "INSERT INTO api_keys (user_id, name, digest, created_at) SELECT ?, ?, ?, ? \
                   WHERE (SELECT count(*) FROM api_keys WHERE user_id = ?) < ?";
        let row = sqlx::query(row).bind(user_id).bind(name).bind(digest(&key));
        let row = row.bind(now).bind(user_id).bind(MOST);
        let made = row.execute(&self.db).await?.rows_affected() == 1;
        Ok(made.then_some(key))
    }

    /// Ends a key of this user, and of nobody else; says whether there was one.
    pub(crate) async fn revoke(&self, user_id: i64, id: i64) -> sqlx::Result<bool> {
        let row = sqlx::query("DELETE FROM api_keys WHERE id = ? AND user_id = ?");
        let row = row.bind(id).bind(user_id).execute(&self.db).await?;
        Ok(row.rows_affected() == 1)
    }
}

/// Keys are long and random, so a plain digest hides them from whoever reads the database.
pub(crate) fn digest(key: &str) -> Vec<u8> {
    Sha256::digest(key).to_vec()
}
