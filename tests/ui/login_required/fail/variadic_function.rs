use login_runtime::login_required;

#[login_required]
async unsafe extern "C" fn dashboard(args: ...) {}

fn main() {}
