//! The access table: what it says, and that the server does so.

use super::*;

fn shop() -> Router<Users> {
    let orders = Router::new()
        .route("/", get(page).post(write))
        .route("/{id}", get(orders))
        .method_not_allowed_fallback(page);
    let account = Router::new()
        .route("/settings", get(settings))
        .route("/password", post(password))
        .fallback(page);
    let api = Router::new().nest("/orders", orders).nest(
        "/slash/",
        Router::new().route("/", get(home)).route("/a", get(home)),
    );
    Router::new()
        .route("/", get(home))
        .nest("/api/v1", api)
        .nest("/account", account)
        .merge(Router::new().route("/about", get(home)))
        .fallback(home)
        .with_state(7)
}

#[test]
fn the_table_is_a_snapshot_of_who_may_call_what() {
    let table = shop().access_table();
    assert_eq!(
        format!("{table:#}"),
        "\
GET   /                                    public
GET   /about                               public
POST  /account/password                    fresh login
GET   /account/settings                    fresh login within 600s
*     /account/{*fallback}                 login
GET   /api/v1/orders                       login
POST  /api/v1/orders                       login, permission orders:write, role admin or owner
*     /api/v1/orders (method not allowed)  login
GET   /api/v1/orders/{id}                  login of User via session, role admin and owner, permission orders:read or orders:write
GET   /api/v1/slash/                       public
GET   /api/v1/slash/a                      public
*     /{*fallback}                         public
",
    );
    let with_names = table.to_string();
    assert!(
        with_names.lines().all(|line| line.contains("  ")),
        "{with_names}"
    );
    let about = with_names.lines().nth(1).expect("a second line");
    assert!(about.starts_with("GET   /about") && about.ends_with("  home"));
    assert_eq!((table.len(), table.is_empty()), (12, false));
    assert!(Router::<Users>::new().access_table().is_empty());
}

#[test]
fn tables_are_equal_whatever_the_handlers_are_called() {
    #[public]
    async fn renamed() {}
    #[login_required]
    async fn closed() {}

    let of = |route: MethodRouter<Users>| one_route(route).0;
    assert_eq!(of(get(home)), of(get(renamed)));
    assert_ne!(of(get(home)), of(get(closed)));
    assert_ne!(of(get(home)), of(post(home)));
}

#[test]
fn serde_writes_the_table() {
    let table = serde_json::to_value(shop().access_table()).expect("JSON");
    let rows = table.as_array().expect("an array");
    let row = |path: &str, method: &str| {
        let is = |row: &&Value| row["path"] == path && row["method"] == method;
        rows.iter().find(is).expect("such a row").clone()
    };
    assert_eq!(
        row("/api/v1/orders/{id}", "GET"),
        json!({
            "method": "GET",
            "path": "/api/v1/orders/{id}",
            "access": {
                "login": true,
                "user": "User",
                "fresh": null,
                "via": "session",
                "roles_required": ["admin", "owner"],
                "roles_accepted": [],
                "permissions_required": [],
                "permissions_accepted": [["orders:read", "orders:write"]],
                "also": [],
            },
            "handler": "orders",
        }),
    );
    assert_eq!(row("/", "GET")["access"]["login"], false);
    let settings = row("/account/settings", "GET");
    assert_eq!(settings["access"]["fresh"], json!({ "within": 600 }));
    let password = row("/account/password", "POST");
    assert_eq!(password["access"]["fresh"], json!("default"));
    let fresh = shop().access_table();
    let fresh = fresh.iter().find_map(|row| row.access.fresh);
    assert_eq!(fresh, Some(Fresh::Default));
}

/// The request that a row of the table speaks of.
fn example_of(path: &str) -> String {
    path.replace("{id}", "1")
        .replace("{*fallback}", "no/such/page")
        .replace("{*rest}", "a/file")
}

#[tokio::test]
async fn the_server_does_what_the_table_says() {
    let manager = manager();
    let router = shop();
    let table = router.access_table();
    let mut client = TestClient::new(router.with_login(&manager));
    for row in &table {
        let (path, method) = match row.path.strip_suffix(" (method not allowed)") {
            Some(path) => (path.to_owned(), "PUT"),
            None if row.method == "*" => (example_of(&row.path), "GET"),
            None => (example_of(&row.path), &*row.method),
        };
        let expected = if row.access.is_public() { 200 } else { 401 };
        let (status, _) = send(&mut client, method, &path).await;
        assert_eq!(status, expected, "{method} {path}: {}", row.access);
    }
}
