//! Flask-Login's behaviours, each with a test of the same name in a module named after its group.
//!
//! `cargo test -p login-tests --test parity parity_count -- --nocapture` says how many of them hold.

mod anonymous;
mod app;
mod count;
mod events;
mod flash;
mod freshness;
mod guards;
mod lazy_loading;
mod login;
mod logout;
mod next;
mod protection;
mod refresh;
mod remember;
mod remember_cookie;
mod request_loader;
mod request_loader_only;
mod session;
mod setup;
mod support;
mod test_helper;
mod unauthorized;
mod user_model;

/// Behaviours that are not there, by decision, and why. Their tests hold what is there instead.
const DEVIATIONS: &[(&str, &str)] = &[
    (
        "test_options_call_exempt",
        "the guard itself answers OPTIONS without a login, with 200 and an empty body, so that a \
         preflight passes and no handler runs for a stranger",
    ),
    (
        "test_remember_me_refresh_each_request",
        "remembering ends a set time after the password was entered; a cookie that is re-issued \
         with every request would last for ever, and so would a stolen one",
    ),
    (
        "test_permanent_strong_session_protection_marks_session_unfresh",
        "strong protection stays strong when the session cookie outlives the browser",
    ),
];

/// Behaviours that hold in other words than Flask-Login's, and what differs.
const OTHER_WORDS: &[(&str, &str)] = &[
    (
        "test_remember_me_user_id",
        "an id has 1 to 512 bytes and no NUL, which every database can keep apart; others are refused \
         at the login",
    ),
    (
        "test_unauthorized_redirects_to_login_view",
        "every redirect is a 303, where Flask sends 302",
    ),
    (
        "test_incorrect_id_logs_out",
        "a loader that fails is a 503, where Flask has an exception",
    ),
    (
        "test_user_login_confirmed_signal_fired",
        "confirming a visitor who is not logged in is an error without an event",
    ),
    (
        "test_remember_me_uses_custom_cookie_parameters",
        "`__Secure-` or `__Host-` goes before every cookie's name",
    ),
    (
        "test_remember_me_no_refresh_every_request",
        "a restored session replaces the remember token, and its expiry stays",
    ),
    (
        "test_session_protection_basic_marks_session_unfresh",
        "the client is told by its user agent; its address counts where that is asked for",
    ),
    (
        "test_unauthorized_uses_host_from_config_when_available",
        "the forced host is a whole origin, `https://good.com`",
    ),
    (
        "test_needs_refresh_aborts_401",
        "it is the guard of a page that asks for freshness; there is no `needs_refresh()` to call",
    ),
];
