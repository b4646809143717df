//! The site in a real browser: headless Chromium, driven through `ChromeDriver`.
//!
//! Without a `chromedriver` these tests say so and pass; with `REQUIRE_BROWSER=1` they fail.

#[allow(dead_code, reason = "every example drives what it has")]
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
    browser.arrives_at(&site.url("/login?next=%2Fdashboard"));
    browser.reads("Please log in to access this page.");

    browser.type_into("[name=username]", "ada");
    browser.type_into("[name=password]", "wrong");
    browser.click("main button");
    browser.reads("That is not a user name and its password.");

    browser.type_into("[name=password]", "enchantress");
    browser.click("main button");
    browser.arrives_at(&site.url("/dashboard"));
    browser.click(".brand");
    browser.reads("Hi ada!");
    assert_eq!(
        browser.run("return document.cookie"),
        "",
        "no script reads a login cookie"
    );

    browser.click("nav button");
    browser.arrives_at(&site.url("/"));
    browser.reads("You are logged out.");
    assert!(!browser.text().contains("Hi ada!"));
    browser.go(&site.url("/"));
    assert!(
        !browser.text().contains("You are logged out."),
        "a message is shown once"
    );
    browser.go(&site.url("/dashboard"));
    browser.arrives_at(&site.url("/login?next=%2Fdashboard"));
}

#[test]
fn the_back_button_shows_nothing_after_the_logout() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/login?next=/dashboard"));
    log_in(&browser, false);
    browser.reads("Only those who are logged in see this page.");
    browser.click("nav button");
    browser.reads("You are logged out.");
    browser.back();
    browser.reads("Please log in to access this page.");
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
    browser.reads("Hi ada!");
    // What closing the browser does.
    browser.forget_cookie("login_session");
    browser.go(&site.url("/dashboard"));
    browser.reads("Only those who are logged in see this page.");
    browser.go(&site.url("/settings"));
    browser.arrives_at(&site.url("/confirm?next=%2Fsettings"));
    browser.type_into("[name=password]", "enchantress");
    browser.click("main button");
    browser.arrives_at(&site.url("/settings"));
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
    let refused = run("return await login('ada', 'wrong', false)");
    assert_eq!(refused, serde_json::Value::Null);
    assert_eq!(run("return await me()"), serde_json::Value::Null);
    let on = run("return await login('ada', 'enchantress', true)");
    assert_eq!(on, site.url("/"));
    let me = run("return await me()");
    assert_eq!(
        me,
        serde_json::json!({"id": 1, "name": "ada", "fresh": true, "remembered": true})
    );
    run("await logout()");
    assert_eq!(run("return await me()"), serde_json::Value::Null);
    // The page that was wanted is where a script goes on as well.
    browser.go(&site.url("/dashboard"));
    browser.arrives_at(&site.url("/login?next=%2Fdashboard"));
    let on = run("return await login('ada', 'enchantress', false)");
    assert_eq!(on, site.url("/dashboard"));
}

#[test]
fn another_site_cannot_log_anybody_out() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/login"));
    log_in(&browser, false);
    browser.reads("Hi ada!");
    let logout = site.url("/logout");
    let page =
        format!("data:text/html,<form method=post action='{logout}'><button>Win!</button></form>");
    browser.go(&page);
    browser.click("button");
    // The answer is empty, so that Chromium shows a page of its own.
    browser.reads("403");
    browser.go(&site.url("/"));
    browser.reads("Hi ada!");
}
