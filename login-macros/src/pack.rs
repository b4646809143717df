//! Text in a type: four numbers as const generics, so that a type alone carries it.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::args::Runtime;

/// The most bytes that four numbers hold.
pub(crate) const MOST_BYTES: usize = 64;

/// The type that carries the text: its bytes, padded with zeros, as four big-endian numbers.
pub(crate) fn packed(text: &str, runtime: &Runtime) -> TokenStream {
    let byte = |at: usize| text.as_bytes().get(at).copied().unwrap_or(0);
    let numbers = [0, 16, 32, 48].map(|start| {
        let word = (start..start + 16).fold(0, |word, at| word << 8 | u128::from(byte(at)));
        Literal::u128_unsuffixed(word)
    });
    carrier(&numbers, runtime)
}

/// The same for names some of which only the compiler knows, which then computes the numbers.
pub(crate) fn packed_by_the_compiler(names: &[impl ToTokens], runtime: &Runtime) -> TokenStream {
    let pack = runtime.private("pack");
    let numbers = [0, 1, 2, 3].map(|piece| {
        let piece = Literal::usize_unsuffixed(piece);
        quote!({ #pack(&[#(#names),*], #piece) })
    });
    carrier(&numbers, runtime)
}

fn carrier(numbers: &[impl ToTokens; 4], runtime: &Runtime) -> TokenStream {
    let packed = runtime.private("PackedText");
    quote!(#packed<#(#numbers),*>)
}
