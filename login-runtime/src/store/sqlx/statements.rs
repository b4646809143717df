//! What is one statement in every database, and the same but for its text.

/// The methods of a store that read from the pool in one field, write to that in another, and have
/// constants for their statements, which bind in the same order everywhere.
macro_rules! one_statement_each {
    ($read:ident, $write:ident) => {
        async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
            let load = async {
                let row = sqlx::query(SELECT)
                    .bind(&**ticket.realm)
                    .bind(&ticket.id.as_bytes()[..])
                    .fetch_optional(&self.$read)
                    .await?;
                row.map(|row| record::login(&row, ticket.realm)).transpose()
            };
            load.await.map_err(|error| self.failure(error))
        }

        async fn delete(&self, ticket: Ticket<'_>) -> Result<bool, StoreError> {
            let delete = step::settled(|| {
                sqlx::query(DELETE)
                    .bind(&**ticket.realm)
                    .bind(&ticket.id.as_bytes()[..])
                    .execute(&self.$write)
            });
            let done = delete.await.map_err(|error| self.failure(error))?;
            Ok(done.rows_affected() == 1)
        }

        async fn delete_user(
            &self,
            realm: &str,
            user_id: &str,
            keep: Option<LoginId>,
        ) -> Result<u64, StoreError> {
            if !is_user_id(user_id) {
                return Ok(0);
            }
            let delete = step::settled(|| {
                sqlx::query(DELETE_USER)
                    .bind(realm)
                    .bind(user_id)
                    .bind(keep.as_ref().map(|id| &id.as_bytes()[..]))
                    .execute(&self.$write)
            });
            let done = delete.await.map_err(|error| self.failure(error))?;
            Ok(done.rows_affected())
        }

        async fn delete_realm(&self, realm: &str) -> Result<u64, StoreError> {
            let delete =
                step::settled(|| sqlx::query(DELETE_REALM).bind(realm).execute(&self.$write));
            let done = delete.await.map_err(|error| self.failure(error))?;
            Ok(done.rows_affected())
        }

        async fn list_user(
            &self,
            realm: &str,
            user_id: &str,
        ) -> Result<Vec<Arc<Login>>, StoreError> {
            if !is_user_id(user_id) {
                return Ok(Vec::new());
            }
            let list = async {
                let rows = sqlx::query(SELECT_USER)
                    .bind(realm)
                    .bind(user_id)
                    .fetch_all(&self.$read)
                    .await?;
                record::logins(&rows, realm)
            };
            list.await.map_err(|error| self.failure(error))
        }

        async fn list_realm(
            &self,
            realm: &str,
            cursor: Option<&Cursor>,
            limit: NonZeroUsize,
        ) -> Result<Page<Arc<Login>>, StoreError> {
            let after = cursor.map(LoginId::try_from).transpose()?;
            let list = async {
                let rows = sqlx::query(SELECT_REALM)
                    .bind(realm)
                    // Every id comes after the empty one.
                    .bind(after.as_ref().map_or(&[][..], |id| id.as_bytes()))
                    .bind(record::number(limit.get()))
                    .fetch_all(&self.$read)
                    .await?;
                record::logins(&rows, realm)
            };
            let logins = list.await.map_err(|error| self.failure(error))?;
            let full = logins.len() == limit.get();
            let last = logins.last().filter(|_| full);
            let next = last.map(|last| last.id.into());
            Ok(Page::new(logins, next))
        }
    };
}

pub(super) use one_statement_each;
