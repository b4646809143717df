use login_runtime::SessionProtection;

use crate::support::{Builder, Site, notch};

#[tokio::test]
async fn test_no_args_to_test_client() {
    let mut site = Site::new();
    assert_eq!(site.text("/username").await, "Anonymous");
}

#[tokio::test]
async fn test_user_arg_to_test_client() {
    let mut site = Site::new();
    site.client
        .add(&site.manager.test_login(&notch()).await.expect("a login"));
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!(site.text("/is-fresh").await, "true");
}

#[tokio::test]
async fn test_fresh_login_arg_to_test_client() {
    let mut site = Site::new();
    let stale = site.manager.test_login(&notch()).fresh(false).await;
    site.client.add(&stale.expect("a login"));
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!(site.text("/is-fresh").await, "false");
}

#[tokio::test]
async fn test_session_protection_modes() {
    fn off(builder: Builder) -> Builder {
        builder.session_protection(SessionProtection::Off)
    }
    fn basic(builder: Builder) -> Builder {
        builder.session_protection(SessionProtection::Basic)
    }
    fn strong(builder: Builder) -> Builder {
        builder.session_protection(SessionProtection::Strong)
    }
    // Without protection a login notes nothing of the client that made it.
    let unprotected = Site::with(off);
    for (mode, name, freshness) in [
        (off as fn(Builder) -> Builder, "Notch", [true, false]),
        (basic, "Notch", [false, false]),
        (strong, "Anonymous", [false, false]),
    ] {
        for (made_fresh, fresh) in [true, false].into_iter().zip(freshness) {
            let login = unprotected
                .manager
                .test_login(&notch())
                .fresh(made_fresh)
                .await;
            let mut site = unprotected.sibling(mode);
            site.client.add(&login.expect("a login"));
            assert_eq!(site.text("/username").await, name);
            assert_eq!(site.text("/is-fresh").await, fresh.to_string());
        }
    }
}
