//! Logins in a file: the real thing, and files that cannot be used.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use axum::Router;
use login_runtime::store::{MemoryStore, SqliteStore};
use login_tests::Call;

use crate::{
    site::{Site, copy_of, secs, who},
    users::Users,
};

/// A folder of this test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("login-tests-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn site(folder: &Folder) -> Site {
    let store = SqliteStore::connect(folder.file("logins.db"))
        .await
        .unwrap();
    Site::on(
        store,
        MemoryStore::new(),
        &Users::new(),
        |builder| builder,
        |router: Router<Users>| router,
    )
}

#[tokio::test]
async fn a_whole_life_in_a_file_and_over_a_restart() {
    let folder = Folder::new();
    let first = site(&folder).await;
    let mut client = first.logged_in("remember=true").await;
    client.post("/confirm", &[]).await;
    let kept = client.cookies().clone();
    drop(first);

    let second = site(&folder).await;
    let mut client = second.client();
    client.add(&kept);
    assert_eq!(client.get("/fresh").await.text(), "ada");
    second.clock.advance(secs(7200));
    let mut copy = copy_of(&client);
    assert_eq!(who(&mut client).await, "ada", "restored");
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(client.post("/logout", &[]).await.status(), 200);
    assert_eq!(who(&mut copy).await, "anonymous");
}

#[tokio::test]
async fn i06_a_late_write_does_not_bring_a_login_back_in_a_file_either() {
    let folder = Folder::new();
    let site = site(&folder).await;
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    let mut late = copy_of(&client);
    let gate = site.faults.gate(Call::Update);
    let request = late.get("/me");
    let logout = async {
        gate.reached().await;
        assert_eq!(client.post("/logout", &[]).await.status(), 200);
        gate.open();
    };
    let (response, ()) = tokio::join!(request, logout);
    assert_eq!(
        (&*response.text(), response.header("set-cookie")),
        ("anonymous", "")
    );
    assert_eq!(who(&mut late).await, "anonymous");
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_an_error_that_helps() {
    let folder = Folder::new();
    let garbage = folder.file("garbage.db");
    fs::write(
        &garbage,
        "this is no database, but long enough to look like a file".repeat(99),
    )
    .unwrap();
    for file in [
        folder.file("no/such/folder/logins.db"),
        folder.0.clone(),
        garbage.clone(),
    ] {
        let error = SqliteStore::connect(&file).await.unwrap_err().to_string();
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(error.contains(name), "{error}");
        assert!(error.len() > 60, "a sentence that helps: {error}");
    }
    let left = fs::read_to_string(garbage).unwrap();
    assert!(
        left.starts_with("this is no database"),
        "nobody's file is overwritten"
    );
}

#[tokio::test]
async fn a_file_that_was_overwritten_is_503_and_nobody_gets_in() {
    let folder = Folder::new();
    let site = site(&folder).await;
    let mut client = site.logged_in("remember=true").await;
    let kept = client.cookies().clone();
    for name in ["logins.db", "logins.db-wal"] {
        // In place, so that the open connections meet it.
        let mut file = fs::OpenOptions::new()
            .write(true)
            .open(folder.file(name))
            .unwrap();
        let length = usize::try_from(file.metadata().unwrap().len()).unwrap();
        file.write_all(&vec![0x55; length]).unwrap();
    }
    for path in ["/me", "/dashboard", "/session"] {
        let response = client.get(path).await;
        assert_eq!(
            (response.status(), response.header("set-cookie")),
            (503, ""),
            "{path}"
        );
    }
    for path in ["/login", "/logout"] {
        let response = client.post(path, &[]).await;
        assert_eq!(
            (response.status(), response.header("set-cookie")),
            (503, ""),
            "{path}"
        );
    }
    assert_eq!(client.cookies().clone(), kept);
}
