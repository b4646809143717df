use login_runtime::public;

struct Pages;

impl Pages {
    #[public]
    async fn home(&self) {}
}

fn main() {}
