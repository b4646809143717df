use login_runtime::roles_required;

#[roles_required("an-administrator-of-this-site", "an-editor-of-this-site", "a-translator")]
async fn users() {}

fn main() {}
