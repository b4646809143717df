struct User {
    #[login(id)]
    name: String,
    email: String,
    #[login(active)]
    enabled: bool,
    #[login(auth_hash)]
    password_hash: String,
}
