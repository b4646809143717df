//! The site in a real browser: headless Chromium, driven through `ChromeDriver`.
//!
//! Without a `chromedriver` these tests say so and pass; with `REQUIRE_BROWSER=1` they fail.

mod driver;
mod site;

use std::{env, io::Write, process::Command};

use driver::Browser;
use site::Site;

/// A fresh browser and a fresh site, or `None` where there is no browser to be had.
fn open() -> Option<(Browser, Site)> {
    let found = Command::new("chromedriver").arg("--version").output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some((Browser::open(), Site::start()));
    }
    assert!(
        env::var_os("REQUIRE_BROWSER").is_none(),
        "there is no chromedriver: install it (Debian: chromium and chromium-driver)"
    );
    // Past the test harness, which would swallow it.
    let _ = writeln!(std::io::stderr(), "skipped: there is no chromedriver");
    None
}

fn log_in(browser: &Browser, remember: bool) {
    browser.type_into("[name=username]", "ada");
    browser.type_into("[name=password]", "enchantress");
    if remember {
        browser.click("[name=remember]");
    }
    browser.click("main button");
}

#[test]
fn a_visitor_logs_in_and_out() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/dashboard"));
    assert_eq!(browser.address(), site.url("/login?next=%2Fdashboard"));
    assert!(
        browser
            .text()
            .contains("Please log in to access this page.")
    );

    browser.type_into("[name=username]", "ada");
    browser.type_into("[name=password]", "wrong");
    browser.click("main button");
    assert!(
        browser
            .text()
            .contains("That is not a user name and its password.")
    );

    browser.type_into("[name=password]", "enchantress");
    browser.click("main button");
    assert_eq!(browser.address(), site.url("/dashboard"));
    browser.click(".brand");
    assert!(browser.text().contains("Hi ada!"));
    assert_eq!(
        browser.run("return document.cookie"),
        "",
        "no script reads a login cookie"
    );

    browser.click("nav button");
    assert_eq!(browser.address(), site.url("/"));
    assert!(browser.text().contains("You are logged out."));
    assert!(!browser.text().contains("Hi ada!"));
    browser.go(&site.url("/"));
    assert!(
        !browser.text().contains("You are logged out."),
        "a message is shown once"
    );
    browser.go(&site.url("/dashboard"));
    assert_eq!(browser.address(), site.url("/login?next=%2Fdashboard"));
}

#[test]
fn the_back_button_shows_nothing_after_the_logout() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/login?next=/dashboard"));
    log_in(&browser, false);
    assert!(
        browser
            .text()
            .contains("Only those who are logged in see this page.")
    );
    browser.click("nav button");
    browser.back();
    assert!(
        !browser.text().contains("Only those who are logged in"),
        "{}",
        browser.text()
    );
}

#[test]
fn a_remembered_visitor_comes_back_and_confirms() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/login"));
    log_in(&browser, true);
    // What closing the browser does.
    browser.forget_cookie("login_session");
    browser.go(&site.url("/dashboard"));
    assert!(
        browser
            .text()
            .contains("Only those who are logged in see this page.")
    );
    browser.go(&site.url("/settings"));
    assert_eq!(browser.address(), site.url("/confirm?next=%2Fsettings"));
    browser.type_into("[name=password]", "enchantress");
    browser.click("main button");
    assert_eq!(browser.address(), site.url("/settings"));
}

/// Runs the script that the README shows.
#[test]
fn a_script_logs_in_and_out() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/"));
    let readme = include_str!("../../README.md");
    let script = readme
        .split("```js\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let script = script.expect("a script in the README");
    let run = |call: &str| browser.run(&format!("{script}\nreturn (async () => {{ {call} }})()"));
    assert_eq!(run("return await me()"), serde_json::Value::Null);
    assert_eq!(run("return await login('ada', 'wrong', false)"), false);
    assert_eq!(run("return await me()"), serde_json::Value::Null);
    assert_eq!(run("return await login('ada', 'enchantress', true)"), true);
    let me = run("return await me()");
    assert_eq!(
        me,
        serde_json::json!({"id": 1, "name": "ada", "fresh": true, "remembered": true})
    );
    run("await logout()");
    assert_eq!(run("return await me()"), serde_json::Value::Null);
}

#[test]
fn another_site_cannot_log_anybody_out() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/login"));
    log_in(&browser, false);
    let logout = site.url("/logout");
    let page =
        format!("data:text/html,<form method=post action='{logout}'><button>Win!</button></form>");
    browser.go(&page);
    browser.click("button");
    assert_eq!(browser.address(), logout);
    browser.go(&site.url("/"));
    assert!(browser.text().contains("Hi ada!"));
}
