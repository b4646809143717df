use login_runtime::Role;

mod renamed {
    pub use serde as se;
    pub use sqlx as sq;
}

#[derive(Clone, Copy, Debug, PartialEq, Role)]
#[role(serde, sqlx)]
enum Role {
    Admin,
    #[role(name = "read-only")]
    Guest,
}

#[derive(Clone, Copy, Debug, PartialEq, Role)]
#[role(serde = renamed::se, sqlx = renamed::sq)]
enum Elsewhere {
    Admin,
}

fn is_column<T>()
where
    T: sqlx::Type<sqlx::Sqlite> + for<'q> sqlx::Encode<'q, sqlx::Sqlite>,
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite>,
{
}

fn main() {
    let text = serde_json::to_string(&[Role::Admin, Role::Guest]).unwrap();
    assert_eq!(text, r#"["admin","read-only"]"#);
    let roles: Vec<Role> = serde_json::from_str(&text).unwrap();
    assert_eq!(roles, [Role::Admin, Role::Guest]);
    let error = serde_json::from_str::<Role>(r#""root""#).unwrap_err();
    assert!(error.to_string().starts_with("there is no role `root`"), "{error}");
    assert_eq!(serde_json::to_string(&Elsewhere::Admin).unwrap(), r#""admin""#);
    is_column::<Role>();
    is_column::<Elsewhere>();
}
