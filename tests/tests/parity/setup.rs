use login_runtime::{BuildError, LoginManager};
use login_tests::FaultyStore;

use crate::support::{User, key};

#[test]
fn test_no_user_loader_raises() {
    // `builder` takes a user loader; the other beginning wants a request loader.
    let manager = LoginManager::<User>::builder_from_requests(FaultyStore::memory())
        .secret_key(key("this is a temporary key"))
        .build();
    let error = manager.expect_err("nobody could ever be found");
    assert_eq!(error, BuildError::NoLoader);
    assert!(
        error.to_string().contains("`.request_loader(..)`"),
        "{error}"
    );
}
