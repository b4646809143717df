use login_runtime::{guard::LoginRequired, guarded::GuardFirst};

#[derive(Clone)]
struct Page;

impl<M, Ix> GuardFirst<(), M, Ix> for Page {
    type Guard = LoginRequired;
}

fn main() {}
