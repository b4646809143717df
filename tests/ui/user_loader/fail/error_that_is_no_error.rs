use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

struct DbError;

#[user_loader]
async fn load_user(id: i64) -> Result<Option<User>, DbError> {
    if id == 0 { Err(DbError) } else { Ok(Some(User { id })) }
}

fn main() {}
