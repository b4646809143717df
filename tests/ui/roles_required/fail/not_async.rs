use login_runtime::roles_required;

#[roles_required("admin")]
fn page() -> String {
    String::new()
}

fn main() {}
