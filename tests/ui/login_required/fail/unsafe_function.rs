use login_runtime::login_required;

#[login_required]
async unsafe fn dashboard() {}

fn main() {}
