use login_runtime::{Role, roles_required};

#[derive(Role)]
enum Role {
    #[role(name = "administrators-of-the-first-floor")]
    First,
    #[role(name = "administrators-of-the-second-floor")]
    Second,
}

#[roles_required(Role::First, Role::Second)]
async fn page() {}

fn main() {}
