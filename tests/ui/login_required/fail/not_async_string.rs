use login_runtime::login_required;

#[login_required]
fn dashboard() -> String {
    "Hi!".to_owned()
}

fn main() {}
