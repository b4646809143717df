use axum::response::Html;
use login_runtime::{TemplateError, Templates, UserMixin};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn home(templates: Templates<User>) -> Result<Html<String>, TemplateError> {
    templates.render("home.html", ())
}

fn main() {}
