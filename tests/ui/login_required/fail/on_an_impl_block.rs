use login_runtime::login_required;

struct Pages;

#[login_required]
impl Pages {
    async fn dashboard() {}
}

fn main() {}
