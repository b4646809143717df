use login_runtime::login_required;

#[login_required]
fn dashboard() {}

fn main() {}
