struct User(#[login(id)] u64, #[login(auth_hash)] Vec<u8>, #[login(active)] bool);
