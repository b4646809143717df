//! A function's body, to be put inside another one.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{
    Attribute,
    parse::{ParseStream, Parser as _},
};

/// A function's body in two pieces. Nothing in the block is read.
pub(super) struct Body {
    /// The attributes at its start (`#![..]`), which may only stand in a function's body.
    pub(super) attrs: Vec<Attribute>,
    /// Everything else, still in its braces.
    pub(super) block: TokenStream,
}

impl Body {
    pub(super) fn split(body: &TokenStream) -> Self {
        let whole = Self {
            attrs: Vec::new(),
            block: body.clone(),
        };
        let mut tokens = body.clone().into_iter();
        let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else {
            return whole;
        };
        let parser = |input: ParseStream<'_>| {
            Ok((
                input.call(Attribute::parse_inner)?,
                input.parse::<TokenStream>()?,
            ))
        };
        match parser.parse2(group.stream()) {
            Ok((attrs, rest)) if !attrs.is_empty() => {
                let mut block = Group::new(Delimiter::Brace, rest);
                block.set_span(group.span());
                Self {
                    attrs,
                    block: TokenTree::from(block).into(),
                }
            }
            _ => whole,
        }
    }
}
