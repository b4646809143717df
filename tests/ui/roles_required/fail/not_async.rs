use login_runtime::roles_required;

#[roles_required("admin")]
fn users() -> String {
    String::new()
}

fn main() {}
