#[request_loader(basic)]
async fn load_by_password(name: String, password: Secret, _: State<Db>) -> Option<User> {
    None
}
