struct Key {
    #[login(id, auth_hash)]
    r#type: String,
}
