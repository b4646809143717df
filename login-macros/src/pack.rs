//! Text in const generics: four numbers, so that a type alone carries it.

use proc_macro2::Literal;

/// The most bytes that four numbers hold.
pub(crate) const MOST_BYTES: usize = 64;

/// The text's bytes, padded with zeros, as four big-endian numbers.
pub(crate) fn pack(text: &str) -> [Literal; 4] {
    let byte = |at: usize| text.as_bytes().get(at).copied().unwrap_or(0);
    [0, 16, 32, 48].map(|start| {
        let word = (start..start + 16).fold(0, |word, at| word << 8 | u128::from(byte(at)));
        Literal::u128_unsuffixed(word)
    })
}
