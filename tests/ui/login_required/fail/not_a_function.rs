use login_runtime::login_required;

#[login_required]
pub struct Dashboard {
    title: String,
}

fn main() {}
