use login_runtime::{LoginError, LoginSession, UserMixin};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn login(session: LoginSession<User>) -> Result<(), LoginError> {
    session.login_user(&User { id: 1 }).remember(true)?;
    Ok(())
}

fn main() {}
