//! The query of a URL, pair by pair, without taking it apart.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A query without the pairs of these keys; every other pair stays as it was written.
///
/// Keys are compared decoded, as a form reader would see them: `%6eext` is `next`.
pub(crate) fn without<'q>(query: &'q str, keys: &[&str]) -> Cow<'q, str> {
    let dropped = |pair: &&str| keys.iter().any(|key| has_key(pair, key));
    if query.is_empty() || keys.is_empty() || !query.split('&').any(|pair| dropped(&pair)) {
        return Cow::Borrowed(query);
    }
    let mut kept = String::with_capacity(query.len());
    for pair in query.split('&').filter(|pair| !dropped(pair)) {
        if !kept.is_empty() {
            kept.push('&');
        }
        kept.push_str(pair);
    }
    Cow::Owned(kept)
}

fn has_key(pair: &str, key: &str) -> bool {
    let raw = pair.split_once('=').map_or(pair, |(raw, _)| raw);
    // A plus sign is a space before anything is decoded; `%2B` is a plus sign.
    let decoded = raw.split('+').enumerate().flat_map(|(index, part)| {
        let space = (index > 0).then_some(b' ');
        space.into_iter().chain(percent_decode_str(part))
    });
    decoded.eq(key.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_pairs_stay_byte_for_byte() {
        assert_eq!(
            without("a=%7E+%zz&k=1&b&=&c==", &["k"]),
            "a=%7E+%zz&b&=&c=="
        );
        assert!(matches!(
            without("a=1&&b=2", &["k"]),
            Cow::Borrowed("a=1&&b=2")
        ));
        assert!(matches!(without("k=1", &[]), Cow::Borrowed("k=1")));
    }

    #[test]
    fn keys_are_compared_decoded() {
        for hit in [
            "api_key=x",
            "api%5Fkey=x",
            "%61pi_key",
            "api_key",
            "api_key=a=b",
        ] {
            assert_eq!(without(hit, &["api_key"]), "", "{hit}");
        }
        for miss in [
            "api_key2=x",
            "API_KEY=x",
            "x=api_key",
            "api_key%00=x",
            "api%5_key=x",
        ] {
            assert_eq!(without(miss, &["api_key"]), miss);
        }
        assert_eq!(without("a+b=1&a%20b=2&a%2Bb=3", &["a b"]), "a%2Bb=3");
        assert_eq!(without("a=1&b=2&a=3", &["a", "b"]), "");
    }
}
