//! What holds for every public type: it can go from thread to thread, and it shows itself.

use std::fmt::Debug;

use login_runtime::{
    __private::PackedText,
    BuildError, Compiled, CookieOptions, CurrentUser, Device, Flash, FlashedMessage,
    FlashedMessages, LoggedIn, LoginError, LoginEvent, LoginEventKind, LoginFuture, LoginLayer,
    LoginManager, LoginManagerBuilder, LoginRequiredLayer, LoginService, LoginSession, LoginUrl,
    LoginUser, LoginView, LoginViewService, NextRule, NextUrl, PageContext, Refusal, RefusalReason,
    RememberRefusal, SameSite, SecretKey, SecretKeyError, SessionProtection, SystemClock,
    TemplateError, Templates, Timestamp, UnknownRole,
    guard::{
        Access, AnyLogin, Both, Fresh, FreshLoginRequired, LoginRequired, LoginRequiredFuture,
        LoginRequiredService, NoLogin, PermissionsAccepted, PermissionsRequired, Public,
        RolesAccepted, RolesRequired, WithPermissions, WithRoles,
    },
    guarded::{AccessRow, AccessTable, GuardedService, MethodRouter, Router},
    store::{
        CookieStore, Cursor, Login, LoginId, LoginParts, MemoryStore, MySqlStore, Page,
        ParseCursorError, ParseLoginIdError, PostgresStore, RedisStore, SqliteStore, StoreError,
        Ticket, UnreadablePayload, Update, contract::Violation,
    },
    testing::{ManualClock, TestClient, TestCookies, TestLogin, TestLoginError, TestResponse},
};

use crate::staff::User;

fn is_sync<T: Send + Sync>() {}
fn is_send<T: Send>() {}
fn shows_itself<T: Debug>() {}

/// Calls a function with each of these types.
macro_rules! each {
    ($does:ident: $($of:ty),+ $(,)?) => { $($does::<$of>();)+ };
}

type Name = PackedText<1, 0, 0, 0>;
type Managers = LoginManager<User>;

/// Each of these types twice: what it shows and where it may go.
macro_rules! everywhere {
    ($($of:ty),+ $(,)?) => {
        each!(is_sync: $($of),+);
        each!(shows_itself: $($of),+);
    };
}

#[test]
fn every_public_type_goes_from_thread_to_thread_and_shows_itself() {
    everywhere!(
        BuildError, Compiled<()>, CookieOptions, CurrentUser<User>, Device, Flash, FlashedMessage,
        FlashedMessages, LoggedIn<User>, LoginError, LoginEvent, LoginEventKind, LoginLayer,
        LoginManager<User>, LoginManagerBuilder<User, ()>, LoginRequiredLayer<User>,
        LoginService<()>, LoginSession<User>, LoginUrl<'_>, LoginUser<'_, User>, LoginView,
        LoginViewService<()>, NextRule, NextUrl, PageContext<User>, Refusal, RefusalReason, RememberRefusal, SameSite,
        SecretKey, SecretKeyError, SessionProtection, SystemClock, TemplateError, Templates<User>,
        Timestamp, UnknownRole,
    );
    everywhere!(
        Access, Both<LoginRequired, Public>, Fresh, FreshLoginRequired<600, User>,
        LoginRequired<User, 1>, LoginRequiredService<()>, PermissionsAccepted<Name>,
        PermissionsRequired<Name>, Public, RolesAccepted<Name>, RolesRequired<Name>,
    );
    everywhere!(
        AccessRow,
        AccessTable,
        GuardedService<()>,
        MethodRouter<Managers>,
        Router<Managers>,
    );
    everywhere!(
        CookieStore,
        Cursor,
        Login,
        LoginId,
        LoginParts<'_>,
        MemoryStore,
        MySqlStore,
        Page<Device>,
        ParseCursorError,
        ParseLoginIdError,
        PostgresStore,
        RedisStore,
        SqliteStore,
        StoreError,
        Ticket<'_>,
        UnreadablePayload,
        Update,
        Violation,
    );
    everywhere!(ManualClock, TestCookies, TestLoginError, TestResponse);
    // What is awaited or driven by one task alone.
    each!(is_send: LoginFuture<()>, LoginRequiredFuture<()>, TestLogin<'_, User>, TestClient);
    each!(shows_itself: LoginFuture<()>, LoginRequiredFuture<()>, TestLogin<'_, User>, TestClient);
    // Named in the place of a user, and never made.
    each!(is_sync: AnyLogin, NoLogin, WithPermissions<User>, WithRoles<User>);
}

/// The names that modules give out, but for functions, modules and macros.
fn given_out(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for statement in source.split("\npub use ").skip(1) {
        let statement = statement.split_once(';').map_or("", |(it, _)| it);
        let words = statement.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        names.extend(words.filter(|word| word.starts_with(char::is_uppercase)));
    }
    names
}

/// Traits, which are no types.
const TRAITS: &[&str] = &[
    "Clock",
    "FromConnection",
    "FromPool",
    "GuardFirst",
    "GuardedMethods",
    "HasPermissions",
    "HasRoles",
    "LoaderId",
    "LoaderOutput",
    "LoginStore",
    "ManagedBy",
    "Managers",
    "NoStateMissing",
    "RequestLoader",
    "StateOf",
    "UserLoader",
    "UserMixin",
    "Whose",
];

#[test]
fn no_public_type_is_left_out() {
    let (_, tried) = include_str!("public_types.rs")
        .split_once("fn every_public_type")
        .expect("the test above");
    let (tried, _) = tried.split_once("\n}\n").expect("its end");
    let tried: Vec<_> = tried.split(|c: char| !c.is_alphanumeric()).collect();
    for (module, source) in [
        ("lib", include_str!("../../../login-runtime/src/lib.rs")),
        (
            "guard",
            include_str!("../../../login-runtime/src/guard/mod.rs"),
        ),
        (
            "guarded",
            include_str!("../../../login-runtime/src/guarded/mod.rs"),
        ),
        (
            "store",
            include_str!("../../../login-runtime/src/store/mod.rs"),
        ),
        (
            "testing",
            include_str!("../../../login-runtime/src/testing/mod.rs"),
        ),
    ] {
        let names = given_out(source);
        assert!(!names.is_empty(), "{module} gives something out");
        for name in names {
            assert!(
                tried.contains(&name) || TRAITS.contains(&name),
                "{module}::{name} is public and not tried"
            );
        }
    }
}
