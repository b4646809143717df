//! A function's body, to be put inside another one.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
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
        let split = parser.parse2(group.stream());
        let (attrs, rest) = split.unwrap_or_else(|_| (Vec::new(), group.stream()));
        let mut block = Group::new(Delimiter::Brace, rest);
        // Where the user's braces were, and yet the expansion's own: of braces that the user wrote
        // around a single expression the compiler says that they are unnecessary.
        block.set_span(Span::call_site().located_at(group.span()));
        Self {
            attrs,
            block: TokenTree::from(block).into(),
        }
    }
}
