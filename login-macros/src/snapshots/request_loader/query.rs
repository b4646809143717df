#[request_loader(query = "api_key", crate = crate::login)]
async fn load_by_key(key: ApiKey) -> Option<User> {
    find(key)
}
