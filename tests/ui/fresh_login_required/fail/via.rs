use login_runtime::fresh_login_required;

#[fresh_login_required(via = "session")]
async fn page() {}

fn main() {}
