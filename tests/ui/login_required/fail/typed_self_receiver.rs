use login_runtime::login_required;

use std::sync::Arc;

struct Pages;

impl Pages {
    #[login_required]
    async fn dashboard(self: Arc<Self>) {}
}

fn main() {}
