//! Where to go after the login, with the `url` crate as the browser.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use login_runtime::NextRule;
use url::Url;

const HOSTS: [&str; 3] = ["app.example", "app.example:8443", "[::1]"];

fn hosts() -> NextRule {
    HOSTS.into_iter().fold(NextRule::default(), |rule, host| rule.allow_host(host).unwrap())
}

static RULES: LazyLock<[NextRule; 3]> = LazyLock::new(|| {
    [
        NextRule::default(),
        hosts().allow_plain_http(),
        hosts(),
    ]
});

fn is_listed(to: &Url) -> bool {
    ["http", "https"].iter().any(|scheme| {
        HOSTS.iter().any(|host| {
            Url::parse(&format!("{scheme}://{host}")).is_ok_and(|it| it.origin() == to.origin())
        })
    })
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for (number, rule) in RULES.iter().enumerate() {
        let Some(target) = rule.check(&text) else {
            continue;
        };
        assert!(target.len() <= 2048 && target.bytes().all(|byte| (0x21..0x7f).contains(&byte)));
        assert_eq!(rule.check(&target).as_deref(), Some(&*target), "{text:?}");
        for scheme in ["https", "http"] {
            let base = Url::parse(&format!("{scheme}://site.example/login")).unwrap();
            let to = base.join(&target).unwrap();
            let home = to.origin() == base.origin();
            assert!(home || (number > 0 && is_listed(&to)), "{text:?} leads to {to}");
            let again = base.join(to.path()).unwrap();
            assert_eq!(again.origin(), base.origin(), "{text:?}: its path leads to {again}");
        }
    }
});
