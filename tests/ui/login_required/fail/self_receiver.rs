use login_runtime::login_required;

struct Pages;

impl Pages {
    #[login_required]
    async fn dashboard(&self) {}
}

fn main() {}
