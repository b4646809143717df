use login_runtime::roles_required;

#[roles_required("administrators-of-the-first-floor", "administrators-of-the-second-floor")]
async fn page() {}

fn main() {}
