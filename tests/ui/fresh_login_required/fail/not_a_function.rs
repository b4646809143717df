use login_runtime::fresh_login_required;

#[fresh_login_required]
mod settings {}

fn main() {}
