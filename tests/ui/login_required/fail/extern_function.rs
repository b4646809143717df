use login_runtime::login_required;

#[login_required]
async extern "C" fn dashboard() {}

fn main() {}
