//! The portal in a real browser: headless Chromium, driven through `ChromeDriver`.
//!
//! Without a `chromedriver` these tests say so and pass; with `REQUIRE_BROWSER=1` they fail.

mod attacker;
#[path = "../../../quickstart/tests/browser/driver.rs"]
#[allow(dead_code, reason = "every example drives what it has")]
mod driver;
mod scripts;
mod site;

use std::{env, fs, io::Write, path::PathBuf, process::Command};

use driver::Browser;
use serde_json::{Value, json};
use site::{EMAIL, PASSWORD, Site};

/// Whether tests that need something are to be skipped, where it is missing.
fn skipped(missing: &str) {
    assert!(
        env::var_os("REQUIRE_BROWSER").is_none(),
        "there is no {missing}"
    );
    // Past the test harness, which would swallow it.
    let _ = writeln!(std::io::stderr(), "skipped: there is no {missing}");
}

/// A fresh browser and a fresh site, or `None` where there is no browser to be had.
fn open() -> Option<(Browser, Site)> {
    let found = Command::new("chromedriver").arg("--version").output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some((Browser::open(), Site::start()));
    }
    skipped("chromedriver (Debian: chromium and chromium-driver)");
    None
}

fn fill_in(browser: &Browser, password: &str) {
    browser.type_into("[name=email]", EMAIL);
    browser.type_into("[name=password]", password);
}

/// Logs in, and gets to where the visitor wanted to go.
fn log_in(browser: &Browser, site: &Site, path: &str) {
    browser.go(&site.url(path));
    browser.reads("Forgot your password?");
    fill_in(browser, PASSWORD);
    browser.click("main button");
    browser.arrives_at(&site.url(path));
}

#[test]
fn a_visitor_gets_to_the_page_first_asked_for() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/account/keys"));
    browser.arrives_at(&site.url("/login?next=%2Faccount%2Fkeys"));
    browser.reads("Please log in to access this page.");
    browser.go(&site.url("/login?next=%2Faccount%2Fkeys"));
    let text = browser.text();
    assert!(
        !text.contains("Please log in"),
        "a message is shown once: {text}"
    );
    fill_in(&browser, "wrong");
    browser.click("main button");
    browser.reads("That is not an address and its password.");
    // The address is still there, and the cursor is where the next try begins.
    let focused =
        "return document.activeElement.name + ' ' + document.querySelector('[name=email]').value";
    assert_eq!(browser.run(focused), format!("password {EMAIL}"));
    browser.type_into("[name=password]", PASSWORD);
    browser.click("main button");
    browser.arrives_at(&site.url("/account/keys"));
    assert_eq!(
        browser.run("return document.cookie"),
        "",
        "no script reads a login cookie"
    );
}

#[test]
fn cookies_carry_what_is_promised() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/login"));
    browser.click("[name=remember]");
    fill_in(&browser, PASSWORD);
    browser.click("main button");
    browser.reads("Your account");
    let session = browser.cookie("login_session");
    let remember = browser.cookie("login_remember");
    for cookie in [&session, &remember] {
        assert_eq!(cookie["httpOnly"], true, "{cookie}");
        assert_eq!(cookie["sameSite"], "Lax", "{cookie}");
        assert_eq!(cookie["path"], "/", "{cookie}");
        // By name this cookie belongs to this host and to no other.
        assert_eq!(cookie["domain"], "127.0.0.1", "{cookie}");
    }
    assert_eq!(session["expiry"], Value::Null, "it ends with the browser");
    let now = browser.run("return Math.round(Date.now() / 1000)");
    let days = |value: &Value| value.as_i64().expect("seconds") / 3_600 / 24;
    let lasts = days(&remember["expiry"]) - days(&now);
    assert!((29..=30).contains(&lasts), "{lasts} days");
}

#[test]
fn a_remembered_visitor_comes_back_after_a_restart_and_confirms() {
    let Some((mut browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/login"));
    browser.click("[name=remember]");
    fill_in(&browser, PASSWORD);
    browser.click("main button");
    browser.reads("entered lately");
    browser.restart();
    browser.go(&site.url("/account"));
    browser.reads("not entered lately");
    browser.click("[href='/account/password']");
    browser.arrives_at(&site.url("/confirm?next=%2Faccount%2Fpassword"));
    browser.reads("Please reauthenticate to access this page.");
    browser.type_into("[name=password]", PASSWORD);
    browser.click("main button");
    browser.arrives_at(&site.url("/account/password"));

    // One who is not remembered is not.
    browser.click("header button");
    browser.reads("You are logged out.");
    log_in(&browser, &site, "/account");
    browser.restart();
    browser.go(&site.url("/account"));
    browser.arrives_at(&site.url("/login?next=%2Faccount"));
}

#[test]
fn a_new_password_ends_the_other_browser() {
    let Some((here, site)) = open() else { return };
    let there = Browser::open();
    log_in(&here, &site, "/account");
    log_in(&there, &site, "/account");
    here.go(&site.url("/account/password"));
    here.type_into("[name=password]", "another good password");
    here.click("main button");
    here.arrives_at(&site.url("/account"));
    here.reads("you are logged out on 1 other device");
    there.go(&site.url("/account"));
    there.arrives_at(&site.url("/login?next=%2Faccount"));
    fill_in(&there, PASSWORD);
    there.click("main button");
    there.reads("That is not an address and its password.");
}

#[test]
fn a_device_is_ended_while_it_watches() {
    let Some((here, site)) = open() else { return };
    let there = Browser::open();
    log_in(&here, &site, "/account/devices");
    assert!(!here.text().contains("Log out everywhere else"));
    log_in(&there, &site, "/account/devices");
    // The page of the first browser shows the second one, without anybody touching it.
    here.reads("Log out everywhere else");
    here.click("#devices li form button");
    here.reads("The device is logged out.");
    // And the second one is told, sent to log in, and comes back to where it was.
    there.arrives_at(&site.url("/login?next=%2Faccount%2Fdevices"));
    there.reads("Please log in to access this page.");
    fill_in(&there, PASSWORD);
    there.click("main button");
    there.arrives_at(&site.url("/account/devices"));
}

#[test]
fn the_back_button_shows_nothing_after_the_logout() {
    let Some((browser, site)) = open() else {
        return;
    };
    log_in(&browser, &site, "/account");
    browser.reads("Change the password");
    browser.click("header button");
    browser.reads("You are logged out.");
    browser.back();
    browser.reads("Please log in to access this page.");
    let text = browser.text();
    assert!(!text.contains("Change the password"), "{text}");
}

#[test]
fn an_account_is_made_and_a_password_reset_by_mail() {
    let Some((browser, site)) = open() else {
        return;
    };
    let email = "ada@example.com";
    browser.go(&site.url("/register"));
    browser.type_into("[name=email]", email);
    browser.click("main button");
    browser.reads("Look into your mail");
    browser.go(&site.link(email, "/register/"));
    browser.type_into("[name=name]", "Ada");
    browser.type_into("[name=password]", "enchantress of numbers");
    browser.click("main button");
    browser.arrives_at(&site.url("/account"));
    browser.click("header button");
    browser.reads("You are logged out.");

    browser.go(&site.url("/login"));
    browser.click("[href='/forgot']");
    browser.reads("We send you a link to set a new one.");
    browser.type_into("[name=email]", email);
    browser.click("main button");
    browser.reads("Look into your mail");
    let link = site.link(email, "/reset/");
    browser.go(&link);
    browser.type_into("[name=password]", "another good password");
    browser.click("main button");
    browser.arrives_at(&site.url("/login"));
    browser.reads("Your new password is set. Log in with it.");
    browser.type_into("[name=email]", email);
    browser.type_into("[name=password]", "another good password");
    browser.click("main button");
    browser.arrives_at(&site.url("/account"));
    browser.go(&link);
    browser.reads("This link is not good any more");
}

#[test]
fn an_api_key_is_made_in_the_browser_and_used_by_a_program() {
    let Some((browser, site)) = open() else {
        return;
    };
    log_in(&browser, &site, "/account/keys");
    browser.type_into("[name=name]", "backup");
    browser.click("main button");
    browser.reads("It is shown this once.");
    let key = browser.run("return document.querySelector('.key').textContent");
    let header = format!("authorization: Bearer {}", key.as_str().expect("a key"));
    let answer = site.ask("/api/me", &header);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains(EMAIL),
        "{answer}"
    );
    browser.go(&site.url("/account/keys"));
    browser.click("main li button");
    browser.reads("The key is revoked.");
    let answer = site.ask("/api/me", &header);
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

/// Runs the script that the README shows.
#[test]
fn a_script_logs_in() {
    let Some((browser, site)) = open() else {
        return;
    };
    let readme = include_str!("../../README.md");
    let script = readme.split("```js\n").nth(1);
    let script = script.and_then(|rest| rest.split("```").next());
    let script = script.expect("a script in the README");
    browser.go(&site.url("/login?next=/account/devices"));
    let log_in = |password: &str| {
        let call = format!("login({}, {}, true)", json!(EMAIL), json!(password));
        let call = format!("{call}.then(() => '', (error) => error.message)");
        browser.run(&format!("{script}\nreturn {call};"))
    };
    assert_eq!(log_in("wrong"), "That is not an address and its password.");
    assert_eq!(log_in(PASSWORD), "");
    browser.arrives_at(&site.url("/account/devices"));
}

#[test]
fn another_site_cannot_log_in_log_out_or_read() {
    let Some((browser, site)) = open() else {
        return;
    };
    let form = |path: &str, fields: &str| {
        let action = site.url(path);
        format!("<form method=post action='{action}'>{fields}<button>{path}</button></form>")
    };
    let fields =
        format!("<input name=email value={EMAIL}><input name=password value=\"{PASSWORD}\">");
    let page = format!("{}{}", form("/login", &fields), form("/logout", ""));
    let evil = attacker::serve(page);

    browser.go(&evil);
    browser.click("[action$='/login'] button");
    browser.reads("403");
    browser.go(&site.url("/account"));
    browser.reads("Please log in to access this page.");

    log_in(&browser, &site, "/account");
    browser.go(&evil);
    browser.click("[action$='/logout'] button");
    browser.reads("403");
    browser.go(&evil);
    let read = format!(
        "return fetch('{}', {{ credentials: 'include' }}).then((it) => it.text(), () => 'nothing')",
        site.url("/account/devices/list.json")
    );
    assert_eq!(browser.run(&read), "nothing");
    let framed = format!(
        "const frame = document.body.appendChild(document.createElement('iframe'));
         return new Promise((done) => {{
           frame.onload = () => {{
             try {{ done(frame.contentDocument ? 'read' : 'nothing'); }} catch {{ done('nothing'); }}
           }};
           frame.src = '{}';
         }})",
        site.url("/account")
    );
    assert_eq!(browser.run(&framed), "nothing");
    browser.go(&site.url("/account"));
    browser.reads("Change the password");
}

/// Somebody without a mouse, or without eyes on the screen.
#[test]
fn the_keyboard_alone_is_enough() {
    let Some((browser, site)) = open() else {
        return;
    };
    browser.go(&site.url("/account"));
    browser.reads("Forgot your password?");
    const TAB: &str = "\u{e004}";
    const ENTER: &str = "\u{e007}";
    browser.press(&format!("{EMAIL}{TAB}{PASSWORD}{TAB}{TAB}{ENTER}"));
    browser.arrives_at(&site.url("/account"));
    browser.press(TAB);
    let focused = "return document.activeElement.textContent";
    assert_eq!(browser.run(focused), "Skip to the page");
    browser.press(ENTER);
    browser.arrives_at(&site.url("/account#main"));
}

/// No violation of what axe-core knows of WCAG, on any page, light and dark.
#[test]
fn every_page_is_accessible() {
    let Some((browser, site)) = open() else {
        return;
    };
    let Some(axe) = axe_core() else {
        return skipped("axe-core in NODE_MODULES (npm install axe-core)");
    };
    let check = |path: &str| {
        browser.go(&site.url(path));
        for scheme in ["light", "dark"] {
            browser.prefers(scheme);
            let run = "return axe.run().then((it) => it.violations.map((one) =>
                one.id + ': ' + one.nodes.map((node) => node.html).join(' ')))";
            let violations = browser.run(&format!("{axe}\n{run}"));
            assert_eq!(violations, json!([]), "{path}, {scheme}");
        }
    };
    for path in [
        "/",
        "/login",
        "/register",
        "/forgot",
        "/no/such/page",
        "/admin/login",
    ] {
        check(path);
    }
    log_in(&browser, &site, "/account");
    for path in [
        "/",
        "/account",
        "/account/devices",
        "/account/keys",
        "/account/activity",
        "/account/password",
        "/account/email",
        "/confirm",
        "/admin",
        "/admin/activity",
        "/admin/access",
        "/admin/users/1",
    ] {
        check(path);
    }
}

/// The source of axe-core, from the folder that npm has put it into.
fn axe_core() -> Option<String> {
    let folder = PathBuf::from(env::var_os("NODE_MODULES")?);
    fs::read_to_string(folder.join("axe-core/axe.min.js")).ok()
}
