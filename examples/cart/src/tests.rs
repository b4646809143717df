//! The login and the session leave each other alone.

use login_runtime::testing::{TestClient, TestCookies};

use super::*;

fn client() -> TestClient {
    let key = SecretKey::generate().expect("random bytes");
    TestClient::new(app(key).expect("settings that agree"))
}

async fn log_in(client: &mut TestClient) {
    let form = [("username", "ada"), ("password", "enchantress")];
    assert_eq!(client.post("/login", &form).await.status(), 303);
}

async fn things(client: &mut TestClient) -> String {
    let home = client.get("/").await.text();
    let (_, after) = home.split_once("cart: ").expect("the home page");
    after.split_once('.').expect("a number").0.to_owned()
}

#[tokio::test]
async fn a_cart_comes_along_into_the_login_and_goes_with_the_logout() {
    let mut client = client();
    assert_eq!(
        client.post("/cart", &[("thing", "kettle")]).await.status(),
        303
    );
    let refused = client.get("/checkout").await;
    assert_eq!(refused.header("location"), "/login?next=%2Fcheckout");
    let mut copied = client.clone();
    log_in(&mut client).await;
    client.post("/cart", &[("thing", "teapot")]).await;
    assert_eq!(
        client.get("/checkout").await.text(),
        "ada buys: kettle, teapot"
    );
    // Under the id that it had before the login there is nothing any more.
    assert_eq!(things(&mut copied).await, "0");
    client.post("/logout", &[]).await;
    assert_eq!(things(&mut client).await, "0");
    assert_eq!(client.get("/checkout").await.status(), 303);
}

#[tokio::test]
async fn one_does_without_the_other() {
    let mut client = client();
    log_in(&mut client).await;
    client.post("/cart", &[("thing", "kettle")]).await;
    let both = client.cookies().clone();
    assert!(both.get("login_session").is_some() && both.get("id").is_some());

    // Nobody's cart, and nobody's login, for the lack of the other's cookie.
    assert!(client.cookies().remove("id"));
    assert_eq!(client.get("/checkout").await.text(), "ada buys: ");
    *client.cookies() = both.clone();
    assert!(client.cookies().remove("login_session"));
    assert_eq!(things(&mut client).await, "1");
    assert_eq!(client.get("/checkout").await.status(), 303);

    // Nor for a broken one.
    for (broken, status) in [("login_session", 303), ("id", 200)] {
        *client.cookies() = both.clone();
        let name = both.get(broken).expect("both are there").0;
        client.cookies().set(name, "broken");
        assert_eq!(client.get("/checkout").await.status(), status, "{broken}");
    }
}

#[tokio::test]
async fn who_only_looks_gets_no_cookie_of_either() {
    let mut client = client();
    client.get("/").await;
    assert_eq!(*client.cookies(), TestCookies::default());
    log_in(&mut client).await;
    assert!(client.cookies().get("id").is_none(), "no cart, no session");
}
