use login_runtime::login_required;

use std::future::{Ready, ready};

#[login_required]
const fn dashboard() -> Ready<()> {
    unreachable!()
}

fn unused() {
    let _ = ready(());
}

fn main() {}
