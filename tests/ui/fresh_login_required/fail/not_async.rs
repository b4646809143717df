use login_runtime::fresh_login_required;

#[fresh_login_required]
fn change_password() -> String {
    String::new()
}

fn main() {}
