use login_runtime::public;

#[public]
fn page() -> String {
    String::new()
}

fn main() {}
