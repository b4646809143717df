use login_runtime::login_required;

#[axum::debug_handler]
#[login_required]
async fn dashboard() {}

fn main() {}
