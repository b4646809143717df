//! Redirects stay home: the shared corpus, and generated URLs, with the `url` crate as the browser.

use axum::http::HeaderValue;
use login_runtime::NextRule;
use login_tests::{NextCase, NextUrls};
use url::Url;

/// A host that is none is an error, so that the rule goes on without it.
fn rule(hosts: &[impl AsRef<str>], require_https: bool) -> NextRule {
    let rule = hosts.iter().fold(NextRule::default(), |rule, host| {
        rule.clone().allow_host(host.as_ref()).unwrap_or(rule)
    });
    match require_https {
        true => rule,
        false => rule.allow_plain_http(),
    }
}

/// The rule that knows the hosts of a case.
fn full(case: &NextCase) -> NextRule {
    rule(&case.allowed_hosts, case.require_https)
}

/// The application's own host in a case.
fn own_host(case: &NextCase) -> &str {
    let hosts = &case.allowed_hosts;
    let own = hosts.iter().find(|host| !host.contains('@'));
    own.map_or("testserver", String::as_str)
}

/// What is wrong with a target that a rule let through, as a browser on the login page sees it.
fn escape(target: &str, own_host: &str, allowed: &[&str]) -> Option<String> {
    if HeaderValue::from_str(target).is_err() || !target.is_ascii() || target.contains(' ') {
        return Some("not fit for a Location header".to_owned());
    }
    if target.len() > 2048 {
        return Some("too long".to_owned());
    }
    for scheme in ["https", "http"] {
        let base = Url::parse(&format!("{scheme}://{own_host}/login")).expect("a base");
        let Ok(goes_to) = base.join(target) else {
            return Some("not a URL".to_owned());
        };
        let home = goes_to.origin() == base.origin();
        if !home && (target.starts_with('/') && !target.starts_with("//")) {
            return Some(format!("a path that leads to {goes_to}"));
        }
        let listed = || {
            ["https", "http"].iter().any(|scheme| {
                allowed.iter().any(|host| {
                    Url::parse(&format!("{scheme}://{host}"))
                        .is_ok_and(|listed| listed.origin() == goes_to.origin())
                })
            })
        };
        if !home && !listed() {
            return Some(format!("leads to {goes_to}"));
        }
        // A server that resolves the target and redirects to the path alone must not leave either.
        let again = base.join(goes_to.path()).expect("a path is a URL");
        if again.origin() != base.origin() {
            return Some(format!("its path leads to {again}"));
        }
    }
    None
}

#[test]
fn every_safe_url_is_followed_and_none_escapes() {
    let (mut paths, mut absolute, mut refused_by_choice) = (0, 0, 0);
    let cases = NextUrls::recorded().safe;
    for case in &cases {
        let by_path = NextRule::default().check(&case.url);
        let by_host = full(case).check(&case.url);
        match &*case.class {
            "path" => {
                assert_eq!(by_path.as_ref(), Some(&case.url), "kept as it was");
                assert_eq!(by_host, by_path);
                paths += 1;
            }
            // Without a leading slash a reference means another page on every page, and user
            // names in URLs are what phishing looks like: both are refused by choice.
            "relative" | "relative_nonascii" | "absolute_userinfo" => {
                assert_eq!((by_path, &by_host), (None, &None), "{}", case.url);
                refused_by_choice += 1;
            }
            _ => {
                assert_eq!(by_path, None, "{}", case.url);
                assert!(by_host.is_some(), "refused {}", case.url);
                absolute += 1;
            }
        }
        if let Some(target) = by_host {
            let allowed: Vec<&str> = case.allowed_hosts.iter().map(String::as_str).collect();
            assert_eq!(escape(&target, own_host(case), &allowed), None, "{target}");
        }
    }
    println!(
        "safe: {} of {} followed ({paths} paths, {absolute} on a host), {refused_by_choice} \
         refused by choice (no leading slash, user name)",
        paths + absolute,
        cases.len(),
    );
    assert_eq!((paths, absolute, refused_by_choice), (22, 13, 4));
}

#[test]
fn every_unsafe_url_is_refused() {
    let cases = NextUrls::recorded().dangerous;
    for case in &cases {
        assert_eq!(NextRule::default().check(&case.url), None, "{:?}", case.url);
        assert_eq!(full(case).check(&case.url), None, "{:?}", case.url);
    }
    println!("unsafe: {} of {} refused", cases.len(), cases.len());
    assert!(cases.len() >= 120);
}

#[test]
fn no_disputed_url_escapes() {
    let cases = NextUrls::recorded().either;
    let mut followed = 0;
    for case in &cases {
        let allowed: Vec<&str> = case.allowed_hosts.iter().map(String::as_str).collect();
        for (rule, allowed) in [(NextRule::default(), &[][..]), (full(case), &allowed)] {
            if let Some(target) = rule.check(&case.url) {
                assert_eq!(escape(&target, own_host(case), allowed), None, "{target}");
                followed += 1;
            }
        }
    }
    println!(
        "either: {} tried under two rules, {followed} followed, 0 escapes",
        cases.len()
    );
    assert!(followed > 0);
}

/// A small generator of numbers (xorshift64*): the same ones in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).expect("31 bits") % limit
    }

    fn url(&mut self) -> String {
        let start = STARTS[self.below(STARTS.len())];
        let pieces = self.below(7);
        (0..pieces).fold(start.to_owned(), |url, _| {
            url + PIECES[self.below(PIECES.len())]
        })
    }
}

const STARTS: &[&str] = &[
    "",
    "",
    "/",
    "/",
    "/",
    "//",
    "//app.example",
    "https://app.example",
    "HTTP://App.Example:8443",
    "https:",
    "http:/",
    "/a/..",
    "//[::1]",
];

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "/", "/", "\\", "//", ".", "..", "/../", "%2e", "%2E.", "/.%2e/", ":", "@", "#", "?", ";", "&",
    "=", "%", "%zz", "%2f", "%5c", "%00", "%09", "%0d%0a", "%40", "\t", "\n", "\r", " ", "\0",
    "\u{b}", "\u{7f}", "\u{85}", "\u{a0}", "\u{ad}", "\u{200b}", "\u{202e}", "\u{2028}", "\u{3000}",
    "\u{feff}", "／", "＼", "。", "．", "＠", "：", "⁄", "é", "佐", "😀", "a", "b=1", "x y", "<", ">",
    "\"", "'", "`", "{", "}", "|", "^", "~", "*", "!", "[", "]", "[::1]", "[2001:db8::1]",
    "evil.example", "app.example", ".app.example", "app.example:8443", "app.example@", "user:pw@",
    ":443", ":80", ":8443", "0x7f.1", "2130706433", "xn--caf-dma.example", "http:", "https:",
    "http://", "https://", "HtTpS://", "javascript:", "data:", "file:", "blob:", "ws://", "view",
];

#[test]
fn no_generated_url_escapes() {
    const TRIED: usize = 300_000;
    const ALLOWED: &[&str] = &[
        "app.example",
        "app.example:8443",
        "[::1]",
        "xn--caf-dma.example",
    ];
    let rules = [
        (NextRule::default(), &[][..]),
        (rule(ALLOWED, false), ALLOWED),
        (rule(ALLOWED, true), ALLOWED),
    ];
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut followed = [0; 3];
    for _ in 0..TRIED {
        let url = numbers.url();
        for ((rule, allowed), followed) in rules.iter().zip(&mut followed) {
            let Some(target) = rule.check(&url) else {
                continue;
            };
            *followed += 1;
            assert_eq!(escape(&target, "home.example", allowed), None, "{url:?}");
            assert_eq!(
                rule.check(&target).as_ref(),
                Some(&target),
                "stable: {url:?}"
            );
        }
        assert!(
            rules[2]
                .0
                .check(&url)
                .is_none_or(|it| it.starts_with('/') || it.starts_with("https:"))
        );
    }
    println!(
        "generated: {TRIED} tried; followed {} as paths, {} with hosts, {} with hosts over https; \
         0 escapes",
        followed[0], followed[1], followed[2],
    );
    // The generator has to reach the inside of every rule.
    assert!(followed[0] > TRIED / 50 && followed[1] > followed[2] && followed[2] > followed[0]);
}
