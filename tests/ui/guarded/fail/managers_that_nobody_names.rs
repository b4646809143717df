use login_runtime::{guarded::{Router, get}, login_required};

#[login_required]
async fn page() {}

fn main() {
    let routes = Router::new().route("/", get(page));
    println!("{}", routes.access_table());
}
