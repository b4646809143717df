use login_runtime::login_required;

#[login_required]
const DASHBOARD: &str = "/dashboard";

fn main() {}
