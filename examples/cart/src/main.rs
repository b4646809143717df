//! A shop: the cart is in a session of tower-sessions, with or without a login, and who is logged in is
//! login-runtime's. Neither knows of the other.
//!
//! `cargo run -p cart` says where it listens. It speaks plain HTTP, for your own machine.

use std::error::Error;

use axum::{
    Form, Router,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response, Result},
    routing::{get, post},
};
use login_runtime::{
    BuildError, CurrentUser, LoggedIn, LoginManager, LoginSession, NextUrl, SecretKey, UserMixin,
    login_required, store::MemoryStore, user_loader,
};
use serde::Deserialize;
use tokio::net::TcpListener;
use tower_http::csrf::CsrfLayer;
use tower_sessions::{Session, SessionManagerLayer, cookie::SameSite};

/// The shop's one customer, whose password stands in the source because this example is about carts.
#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    #[login(id)]
    name: String,
}

#[user_loader]
async fn load_user(name: String) -> Option<User> {
    (name == "ada").then_some(User { name })
}

/// The application's own data: what a session of tower-sessions has under this key.
const CART: &str = "cart";

async fn cart(session: &Session) -> Result<Vec<String>, StatusCode> {
    let kept = session.get(CART).await;
    Ok(kept.map_err(unavailable)?.unwrap_or_default())
}

fn unavailable(_: tower_sessions::session::Error) -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

async fn home(user: CurrentUser<User>, session: Session) -> Result<Html<String>> {
    let name = user.user().map_or("stranger", |user| &user.name);
    let cart = cart(&session).await?.len();
    Ok(Html(format!(
        "<p>Hi, {name}! Things in your cart: {cart}.</p>\
         <form method=post action=/cart><button name=thing value=kettle>Add a kettle</button></form>\
         <form method=post action=/logout><button>Log out</button></form>\
         <a href=/checkout>To the checkout</a>"
    )))
}

#[derive(Deserialize)]
struct Order {
    thing: String,
}

async fn add(session: Session, Form(order): Form<Order>) -> Result<Redirect> {
    let mut cart = cart(&session).await?;
    cart.push(order.thing);
    session.insert(CART, cart).await.map_err(unavailable)?;
    Ok(Redirect::to("/"))
}

#[login_required]
async fn checkout(user: LoggedIn<User>, session: Session) -> Result<String> {
    let cart = cart(&session).await?;
    Ok(format!("{} buys: {}", user.name, cart.join(", ")))
}

const LOGIN_FORM: Html<&str> = Html(
    "<form method=post><input name=username value=ada> \
     <input name=password value=enchantress> <button>Log in</button></form>",
);

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

async fn login(
    login: LoginSession<User>,
    session: Session,
    next: NextUrl,
    Form(form): Form<Credentials>,
) -> Result<Response> {
    let user = load_user(form.username).await;
    let Some(user) = user.filter(|_| form.password == "enchantress") else {
        return Ok((StatusCode::UNAUTHORIZED, LOGIN_FORM).into_response());
    };
    login.login_user(&user).await?;
    // The cart comes along; whoever knew the session's id until now does not.
    session.cycle_id().await.map_err(unavailable)?;
    Ok(Redirect::to(next.or("/")).into_response())
}

async fn logout(login: LoginSession<User>, session: Session) -> Result<Redirect> {
    login.logout_user().await?;
    // Another decision of the shop's: the next at this browser finds an empty cart.
    session.flush().await.map_err(unavailable)?;
    Ok(Redirect::to("/"))
}

fn app(key: SecretKey) -> Result<Router, BuildError> {
    let login_manager = LoginManager::builder(load_user, MemoryStore::new())
        .secret_key(key)
        .login_view("/login")
        // Behind TLS take this line out, and `with_secure(false)` as well.
        .insecure_cookies_over_plain_http()
        .build()?;
    // A cookie of its own (`id`), a store of its own; `Lax`, so that a link from another site finds the
    // cart, as it finds the login.
    let sessions = SessionManagerLayer::new(tower_sessions::MemoryStore::default())
        .with_same_site(SameSite::Lax)
        .with_secure(false);
    Ok(Router::new()
        .route("/", get(home))
        .route("/cart", post(add))
        .route("/checkout", get(checkout))
        .route("/login", get(async || LOGIN_FORM).post(login))
        .route("/logout", post(logout))
        .layer(login_manager.layer())
        .layer(sessions)
        .layer(CsrfLayer::new()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app(SecretKey::generate()?)?).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
