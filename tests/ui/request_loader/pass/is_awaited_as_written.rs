use login_runtime::{UserMixin, request_loader};

#[derive(Debug, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

// What the compiler infers from the return type of an `async fn`, it infers here too.
#[request_loader(bearer)]
#[allow(unused_mut)]
async fn inferred(mut token: String) -> Result<Option<User>, BoxError> {
    #![allow(clippy::needless_return)]
    if token.is_empty() {
        return Err("no token".into());
    }
    if token == "fmt" {
        return Err(Box::new(std::fmt::Error));
    }
    let id = token.parse()?;
    std::future::ready(()).await;
    if id < 0 { Err(Box::new(std::io::Error::other("negative"))) } else { Ok(Some(User { id })) }
}

#[request_loader(basic)]
async fn borrows(name: String, _password: String) -> Option<User>
where
    String: Send,
{
    let name = &name;
    std::future::ready(()).await;
    name.parse().ok().map(|id| User { id })
}

#[tokio::main]
async fn main() {
    let seven: Result<Option<User>, BoxError> = inferred("7".to_owned()).await;
    assert_eq!(seven.unwrap().unwrap().get_id(), "7");
    assert_eq!(inferred(String::new()).await.unwrap_err().to_string(), "no token");
    assert!(inferred("fmt".to_owned()).await.unwrap_err().is::<std::fmt::Error>());
    assert!(inferred("x".to_owned()).await.unwrap_err().is::<std::num::ParseIntError>());
    assert!(borrows("8".to_owned(), String::new()).await.is_some());
    assert!(inferred("-1".to_owned()).await.unwrap_err().is::<std::io::Error>());
}
