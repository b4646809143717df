//! P3: what a browser would not have kept as a `__Host-` cookie is not taken for one.

use crate::{
    promise::Promise,
    stores::every_store,
    world::{REMEMBER, SESSION, World, send, with_cookie},
};

/// Header lines that carry a good value under a name that is nearly ours, or beside another value.
fn variants(name: &str, value: &str) -> Vec<Vec<u8>> {
    let bare = name.trim_start_matches("__Host-");
    let mut names = vec![
        name.to_ascii_lowercase(),
        name.to_ascii_uppercase(),
        name.replacen("__Host-", "__HOST-", 1),
        name.replacen("__Host-", "__host-", 1),
        name.replacen("__Host-", "__Secure-", 1),
        name.replacen("__Host-", "__Http-", 1),
        name.replacen("__Host-", "__Host-Http-", 1),
        name.replacen("__", "%5F%5F", 1),
        name.replacen("__Host-", "__Host%2D", 1),
        name.replacen('H', "%48", 1),
        bare.to_owned(),
        format!("={name}"),
        format!("=={name}"),
        format!("{name} "),
        format!("{name}\t"),
        format!("\"{name}\""),
        format!("'{name}'"),
        format!("{name}[]"),
        format!("{name}.x"),
        format!("x{name}"),
        format!("{name}x"),
        format!("x=1,{name}"),
        format!("x=1, {name}"),
        format!("$Version=1, {name}"),
        format!("{name}=x"),
        format!("{name}="),
        format!("\u{a0}{name}"),
        format!("\u{feff}{name}"),
        format!("{name}\u{200b}"),
    ];
    names.retain(|it| it != name);
    let mut all: Vec<Vec<u8>> = names
        .iter()
        .map(|variant| format!("{variant}={value}").into_bytes())
        .collect();
    let others = [
        "",
        "x",
        "\"\"",
        &value[1..],
        &format!("{value}x"),
        &format!("\"{value}\""),
    ];
    for other in others {
        all.push(format!("{name}={value}; {name}={other}").into_bytes());
        all.push(format!("{name}={other}; {name}={value}").into_bytes());
        all.push(format!("{name}={value};{name}={other};{name}={value}").into_bytes());
    }
    all.push(format!("{name}=\"{value}\"").into_bytes());
    all.push(format!("{name}:{value}").into_bytes());
    all.push(format!("{name}; {value}").into_bytes());
    all.push(format!("{name}=;{value}").into_bytes());
    // Bytes that are no text, where browsers would not have put any.
    all.push([b"\xa0", name.as_bytes(), b"=", value.as_bytes()].concat());
    all.push([name.as_bytes(), b"=\xff", value.as_bytes()].concat());
    all.push([name.as_bytes(), b"\xc0\xbd", value.as_bytes()].concat());
    all
}

#[tokio::test]
async fn p03_the_host_prefix_means_it() {
    let mut promise = Promise::new("P3 `__Host-` means it", ["accepted", "sent otherwise"]);
    let mut tried = 0;
    let stores = every_store().await;
    for store in &stores {
        let world = World::new(store);
        let browser = world.logged_in(1, true).await;
        for (name, end) in [(SESSION, "_session"), (REMEMBER, "_remember")] {
            let (issued_as, value) = browser.cookies.get(end).expect("a login cookie");
            assert_eq!(issued_as, name);
            // White space around a pair, and the same value twice, are the cookie itself.
            let good = [
                format!("{name}={value}"),
                format!("a=b;\t{name}={value} ; c"),
                format!("{name}={value}; {name}={value}"),
            ];
            for cookie in good {
                let answer = send(&world.app, with_cookie("/me", cookie.as_bytes())).await;
                assert_eq!(answer.body, "1", "{}: {cookie}", store.name);
            }
            let mut variants = variants(name, value);
            // As a second header line as well, before and behind.
            for variant in variants.clone() {
                variants.push([&variant[..], b"; other=1"].concat());
                variants.push([b"other=1; ", &variant[..]].concat());
            }
            for variant in variants {
                tried += 1;
                let answer = send(&world.app, with_cookie("/me", &variant)).await;
                promise.demand(
                    answer.body == "anonymous",
                    "accepted",
                    "another name",
                    || {
                        let cookie = String::from_utf8_lossy(&variant);
                        format!(
                            "{}: {cookie} -> {} {}",
                            store.name, answer.status, answer.body
                        )
                    },
                );
            }
        }
        // What is sent is what browsers keep under this name.
        let mut browser = world.browser();
        let mut lines = Vec::new();
        for path in [
            "/login?user=1&remember=true",
            "/flash?text=x",
            "/confirm?user=1",
            "/logout",
        ] {
            let answer = browser.post(path).await;
            lines.extend(answer.set_cookies().into_iter().map(str::to_owned));
        }
        assert!(lines.len() >= 7, "{lines:?}");
        for line in lines {
            tried += 1;
            let attributes: Vec<_> = line.split("; ").skip(1).collect();
            let has = |attribute| attributes.contains(&attribute);
            let kept = line.starts_with("__Host-")
                && has("Secure")
                && has("HttpOnly")
                && has("Path=/")
                && has("SameSite=Lax")
                && !line.to_ascii_lowercase().contains("domain");
            promise.demand(kept, "sent otherwise", "an attribute", || line.clone());
        }
    }
    promise.judge(format_args!("{tried} variants on {} stores", stores.len()));
}
