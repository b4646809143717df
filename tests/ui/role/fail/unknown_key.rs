use login_runtime::Role;

#[derive(Role)]
enum Role {
    #[role(rename = "administrator")]
    Admin,
}

fn main() {}
