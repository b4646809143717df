use login_runtime::UserMixin;

macro_rules! user {
    ($name:ident { $id:ident: $ty:ty, $hash:ident: $hash_ty:ty }) => {
        #[derive(UserMixin)]
        pub struct $name {
            #[login(id)]
            $id: $ty,
            #[login(auth_hash)]
            $hash: $hash_ty,
        }
    };
}

user!(Admin { number: u64, key: [u8; 2] });

fn main() {
    let admin = Admin { number: 1, key: [2, 3] };
    assert_eq!(admin.get_id(), "1");
    assert_eq!(admin.auth_hash().as_deref(), Some(&[2, 3][..]));
}
