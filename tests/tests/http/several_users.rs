//! Two types of user in one application: their own managers, cookies and pages.

use login_runtime::{
    CurrentUser, LoginManager, LoginRequiredLayer, LoginSession, SecretKey, UserMixin,
    guarded::{Router, get, post, protected_by},
    login_required, public, roles_required,
    store::MemoryStore,
    testing::TestClient,
    user_loader,
};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct Customer {
    id: u32,
}

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct Admin {
    id: u32,
    #[login(roles)]
    roles: [&'static str; 1],
}

fn admin(id: u32) -> Admin {
    let roles = ["owner"];
    Admin { id, roles }
}

#[user_loader]
async fn load_customer(id: u32) -> Option<Customer> {
    Some(Customer { id })
}

#[user_loader]
async fn load_admin(id: u32) -> Option<Admin> {
    Some(admin(id))
}

#[login_required(user = Customer)]
async fn shop() -> &'static str {
    "shop"
}

#[login_required(user = Admin)]
async fn desk() -> &'static str {
    "desk"
}

#[login_required(user = Customer)]
#[roles_required("owner", user = Admin)]
async fn both() -> &'static str {
    "both"
}

#[public]
async fn who(customer: CurrentUser<Customer>, admin: CurrentUser<Admin>) -> String {
    let id = |id: Option<String>| id.unwrap_or_else(|| "nobody".to_owned());
    format!("{} and {}", id(customer.get_id()), id(admin.get_id()))
}

#[public]
async fn customer_leaves(session: LoginSession<Customer>) -> Result<(), login_runtime::LoginError> {
    session.logout_user().await.map(drop)
}

struct Managers {
    customers: LoginManager<Customer>,
    admins: LoginManager<Admin>,
}

impl Managers {
    /// Under one key, so that nothing but the realm tells their cookies apart.
    fn new() -> Self {
        let key = SecretKey::generate().expect("random bytes");
        Self {
            customers: LoginManager::builder(load_customer, MemoryStore::new())
                .secret_key(key.clone())
                .build()
                .expect("settings that agree"),
            admins: LoginManager::builder(load_admin, MemoryStore::new())
                .secret_key(key)
                .realm("admin")
                .build()
                .expect("settings that agree"),
        }
    }

    fn client(&self) -> TestClient {
        let files = axum::Router::new().fallback(async || "files");
        let layer = LoginRequiredLayer::new().user::<Admin>();
        let routes = Router::new()
            .route("/shop", get(shop))
            .route("/desk", get(desk))
            .route("/both", get(both))
            .route("/who", get(who))
            .route("/customer-leaves", post(customer_leaves))
            .nest_service("/files", protected_by(layer, files));
        let table = format!("{:#}", routes.access_table());
        assert_eq!(
            table,
            "GET   /both             login of Customer and Admin, role owner\n\
             POST  /customer-leaves  public\n\
             GET   /desk             login of Admin\n\
             *     /files/{*rest}    login of Admin\n\
             GET   /shop             login of Customer\n\
             GET   /who              public\n",
        );
        TestClient::new(routes.with_login((&self.customers, &self.admins)))
    }
}

async fn statuses(client: &mut TestClient) -> Vec<u16> {
    let mut statuses = Vec::new();
    for path in ["/shop", "/desk", "/both", "/files/a"] {
        statuses.push(client.get(path).await.status());
    }
    statuses
}

#[tokio::test]
async fn each_login_opens_its_own_pages_and_ends_alone() {
    let managers = Managers::new();
    let mut client = managers.client();
    assert_eq!(statuses(&mut client).await, [401, 401, 401, 401]);

    let customer = managers.customers.test_login(&Customer { id: 1 }).await;
    client.add(&customer.expect("a login"));
    assert_eq!(statuses(&mut client).await, [200, 401, 401, 401]);
    assert_eq!(client.get("/who").await.text(), "1 and nobody");

    let desk = managers.admins.test_login(&admin(7)).await;
    client.add(&desk.expect("a login"));
    assert_eq!(statuses(&mut client).await, [200, 200, 200, 200]);
    assert_eq!(client.get("/who").await.text(), "1 and 7");

    assert_eq!(client.post("/customer-leaves", &[]).await.status(), 200);
    assert_eq!(statuses(&mut client).await, [401, 200, 401, 200]);
    assert_eq!(client.get("/who").await.text(), "nobody and 7");
}
