//! Durations: `"90s"`, `"10m"`, `"2h"`, `"1d"`, `"1h30m"`.

use std::ops::Range;

use proc_macro2::Span;
use syn::{Error, LitStr, Result};

const FORMS: &str = "expected a duration such as \"90s\", \"10m\", \"2h\", \"1d\" or \"1h30m\"";

const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

/// The whole seconds of a duration, at least one.
pub(crate) fn seconds(literal: &LitStr) -> Result<u64> {
    read(&literal.value()).map_err(|(place, message)| Error::new(subspan(literal, place), message))
}

/// Reads numbers with units, from the largest unit to the smallest, each at most once.
///
/// An error says which bytes of the text are wrong.
fn read(text: &str) -> std::result::Result<u64, (Range<usize>, String)> {
    let whole = 0..text.len();
    let mut seconds: u64 = 0;
    let mut largest = UNITS.len();
    let mut at = 0;
    while at < text.len() {
        let digits = run(text, at, |char| char.is_ascii_digit());
        if digits.is_empty() {
            return Err((at..text.len(), FORMS.to_owned()));
        }
        let unit = run(text, digits.end, |char| !char.is_ascii_digit());
        if unit.is_empty() {
            let number = &text[digits.clone()];
            let message =
                format!("the number {number} has no unit: expected `d`, `h`, `m` or `s` after it");
            return Err((digits, message));
        }
        let name = &text[unit.clone()];
        let Some(rank) = UNITS.iter().rev().position(|(known, _)| *known == name) else {
            let message =
                format!("unknown unit `{name}`: expected `d`, `h`, `m` or `s`, as in \"1h30m\"");
            return Err((unit, message));
        };
        if rank >= largest {
            let message =
                "units go from the largest to the smallest, each at most once, as in \"1h30m\"";
            return Err((digits.start..unit.end, message.to_owned()));
        }
        largest = rank;
        let length = UNITS[UNITS.len() - 1 - rank].1;
        seconds = text[digits.clone()]
            .parse()
            .ok()
            .and_then(|number: u64| number.checked_mul(length))
            .and_then(|part| seconds.checked_add(part))
            .ok_or_else(|| {
                (
                    whole.clone(),
                    "the duration is too long to count in seconds".to_owned(),
                )
            })?;
        at = unit.end;
    }
    match seconds {
        0 if text.is_empty() => Err((whole, FORMS.to_owned())),
        0 => Err((
            whole,
            "a duration of zero would refuse everybody: expected at least \"1s\"".to_owned(),
        )),
        seconds => Ok(seconds),
    }
}

/// The longest stretch from `start` on whose characters are all `wanted`.
fn run(text: &str, start: usize, wanted: impl Fn(char) -> bool) -> Range<usize> {
    let rest = &text[start..];
    start..start + rest.find(|char| !wanted(char)).unwrap_or(rest.len())
}

/// The span of a part of the literal, where the compiler can tell it, else of all of it.
fn subspan(literal: &LitStr, place: Range<usize>) -> Span {
    let token = literal.token();
    // With escapes or raw quotes, places in the value are not places in the source.
    let plain = token.to_string() == format!("\"{}\"", literal.value());
    // One further, for the quote that opens the literal.
    let part = token.subspan(place.start + 1..=place.end);
    part.filter(|_| plain && !place.is_empty())
        .unwrap_or_else(|| literal.span())
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*};

    use super::read;

    #[test]
    fn durations_are_read_in_whole_seconds() {
        for (text, seconds) in [
            ("1s", 1),
            ("90s", 90),
            ("10m", 600),
            ("2h", 7_200),
            ("1d", 86_400),
            ("1h30m", 5_400),
            ("1d2h3m4s", 93_784),
            ("0h1s", 1),
            ("18446744073709551615s", u64::MAX),
        ] {
            assert_eq!(read(text), Ok(seconds), "{text}");
        }
    }

    proptest! {
        /// Each unit at most once, the largest first, and no sum that does not fit.
        #[test]
        fn what_is_written_is_what_is_read(numbers in [(); 4].map(|()| {
            option::of(prop_oneof![0_u64..100, any::<u64>()])
        })) {
            let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1_u64)];
            let parts = numbers.iter().zip(units).filter_map(|(number, unit)| Some(((*number)?, unit)));
            let text: String = parts.clone().map(|(number, (unit, _))| format!("{number}{unit}")).collect();
            let sum = parts.clone().try_fold(0_u64, |sum, (number, (_, seconds))| {
                sum.checked_add(number.checked_mul(seconds)?)
            });
            let expected = sum.filter(|sum| *sum > 0);
            prop_assert_eq!(read(&text).ok(), expected, "{}", text);
        }

        /// Whatever it is, it is read or a place in it is pointed at.
        #[test]
        fn any_text_is_read_or_pointed_at(text in "\\PC{0,12}|[0-9dhms]{0,12}") {
            match read(&text) {
                Ok(seconds) => prop_assert!(seconds > 0),
                Err((place, message)) => {
                    prop_assert!(text.get(place).is_some());
                    prop_assert!(!message.is_empty());
                }
            }
        }
    }

    #[test]
    fn what_is_no_duration_is_pointed_at() {
        for (text, place) in [
            ("", 0..0),
            ("m", 0..1),
            ("-5m", 0..3),
            ("10", 0..2),
            ("1h30", 2..4),
            ("10 m", 2..4),
            ("10min", 2..5),
            ("10M", 2..3),
            ("1.5h", 1..2),
            ("10m1h", 3..5),
            ("1m1m", 2..4),
            ("0s", 0..2),
            ("18446744073709551616s", 0..21),
            ("999999999999999999d", 0..19),
            ("18446744073709551615m", 0..21),
            ("١m", 0..3),
        ] {
            let (found, message) = read(text).expect_err(text);
            assert_eq!(found, place, "{text}: {message}");
        }
    }
}
