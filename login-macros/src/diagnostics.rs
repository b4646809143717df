//! Errors are collected, and the user's item always comes back beside them.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Error;

/// The errors of one macro call.
///
/// Only [`collect`] makes one, and it always emits what is in it: no error can be forgotten.
pub(crate) struct Diagnostics(Vec<Error>);

/// Runs an expansion and puts the errors it met in front of what it made.
pub(crate) fn collect(expand: impl FnOnce(&mut Diagnostics) -> TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics(Vec::new());
    let expanded = expand(&mut diagnostics);
    let errors = diagnostics.0.iter().map(Error::to_compile_error);
    quote!(#(#errors)* #expanded)
}

impl Diagnostics {
    /// An error at one place.
    pub(crate) fn error(&mut self, span: Span, message: impl Display) {
        self.0.push(Error::new(span, message));
    }

    /// An error that underlines all of `tokens`.
    pub(crate) fn error_over(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(Error::new_spanned(tokens, message));
    }

    /// The value, or nothing and one more error.
    pub(crate) fn absorb<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// Whether there is no error so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `check` found nothing to complain about.
    pub(crate) fn sound(&mut self, check: impl FnOnce(&mut Self)) -> bool {
        let before = self.0.len();
        check(self);
        self.0.len() == before
    }
}

/// Alternatives in words: "`a`, `b` or `c`".
pub(crate) fn alternatives(words: &[&str]) -> String {
    match words {
        [words @ .., last] if !words.is_empty() => format!("{} or {last}", words.join(", ")),
        words => words.concat(),
    }
}
