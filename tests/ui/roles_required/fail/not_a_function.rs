use login_runtime::roles_required;

#[roles_required("admin")]
struct Page;

fn main() {}
