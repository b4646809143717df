//! One cookie's value, made of what was issued and of anything else.
//!
//! The first byte says under which name. After that, bytes below 8 stand for parts of issued values.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use login_fuzz::Site;

// One thread runs a target, and a runtime is not shared.
thread_local! {
    static SITE: LazyLock<Site> = LazyLock::new(Site::new);
}

const TAG: usize = 43;

fuzz_target!(|data: &[u8]| {
    let Some((which, rest)) = data.split_first() else {
        return;
    };
    SITE.with(|site| {
        let (name, issued, page) = &site.issued[usize::from(*which) % site.issued.len()];
        let mut value = Vec::new();
        for byte in rest {
            if *byte >= 8 {
                value.push(*byte);
                continue;
            }
            let (_, other, _) = &site.issued[usize::from(*byte) % site.issued.len()];
            let (text, tag) = other.split_at(other.len() - TAG);
            value.extend_from_slice(if *byte < 4 { text } else { tag }.as_bytes());
        }
        if value.contains(&b';') {
            return;
        }
        let cookie = [name.as_bytes(), b"=", &value].concat();
        let Some(believed) = site.ask(page, &cookie) else {
            return;
        };
        let trimmed = match value.iter().rposition(|byte| *byte != b' ' && *byte != b'\t') {
            Some(end) => &value[..=end],
            None => &[],
        };
        let genuine = trimmed == issued.as_bytes();
        assert_eq!(!believed.is_empty(), genuine, "{name}={}", String::from_utf8_lossy(&value));
    });
});
