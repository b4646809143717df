#[request_loader(header = "X-Api-Key")]
async fn load_by_key(key: ApiKey) -> Option<User> {
    find(key)
}
