//! `#[derive(UserMixin)]`: read the attributes, hold them to the rules, write the impl.

mod expand;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics;

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    diagnostics::collect(|diagnostics| {
        let Some(parsed) = diagnostics.absorb(syn::parse2(item)) else {
            return TokenStream::new();
        };
        let input = parse::Input::parse(parsed, diagnostics);
        validate::User::validate(&input, diagnostics).expand()
    })
}
