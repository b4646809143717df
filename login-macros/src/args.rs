//! Arguments: `key`, `key = value`, duplicates, and `crate = path`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Error, Ident, LitStr, Path, Result, Token, Type,
    ext::IdentExt as _,
    parse::{Parse, ParseStream, Parser as _},
};

use crate::diagnostics::{Diagnostics, alternatives};

/// One argument: its key has been read, its value has not.
pub(crate) struct Argument<'a> {
    pub(crate) key: Ident,
    input: ParseStream<'a>,
    forms: &'a [&'a str],
}

/// Reads comma-separated arguments and hands each to `accept`.
///
/// `forms` lists what may stand there, for the error messages. An argument that is not accepted is
/// skipped up to the next comma, so that a later mistake is reported too.
pub(crate) fn parse(
    tokens: TokenStream,
    forms: &[&str],
    diagnostics: &mut Diagnostics,
    accept: impl FnMut(&Argument<'_>) -> Result<()>,
) {
    parse_list(tokens, forms, diagnostics, |_| None, accept);
}

/// The same, where other things may stand between the arguments: `other` reads one of them, or
/// leaves the input alone and answers `None`.
pub(crate) fn parse_list(
    tokens: TokenStream,
    forms: &[&str],
    diagnostics: &mut Diagnostics,
    mut other: impl FnMut(ParseStream<'_>) -> Option<Result<()>>,
    mut accept: impl FnMut(&Argument<'_>) -> Result<()>,
) {
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let read = match other(input) {
                Some(read) => read.and_then(|()| finish(input, "the name")),
                None => Argument::read(input, forms)
                    .and_then(|argument| accept(&argument).and_then(|()| argument.finish())),
            };
            if diagnostics.absorb(read).is_none() {
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<TokenTree>()?;
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    let read = parser.parse2(tokens);
    debug_assert!(read.is_ok(), "every token is either read or skipped");
}

impl<'a> Argument<'a> {
    fn read(input: ParseStream<'a>, forms: &'a [&'a str]) -> Result<Self> {
        match input.call(Ident::parse_any) {
            Ok(key) => Ok(Self { key, input, forms }),
            Err(_) => Err(input.error(format_args!("expected {}", alternatives(forms)))),
        }
    }

    /// What stands after an argument: nothing, or a comma.
    fn finish(&self) -> Result<()> {
        finish(self.input, &format!("the argument `{}`", self.key))
    }

    /// The key is none that the macro knows.
    pub(crate) fn unknown<T>(&self) -> Result<T> {
        let (key, expected) = (&self.key, alternatives(self.forms));
        Err(Error::new(
            key.span(),
            format_args!("unknown argument `{key}`: expected {expected}"),
        ))
    }

    /// Whether the key stands alone.
    pub(crate) fn is_bare(&self) -> bool {
        !self.input.peek(Token![=])
    }

    /// No value follows the key.
    pub(crate) fn flag(&self) -> Result<()> {
        if self.is_bare() {
            return Ok(());
        }
        let key = &self.key;
        Err(self
            .input
            .error(format_args!("`{key}` takes no value: write just `{key}`")))
    }

    /// A string as the value; `example` is one with its quotes.
    pub(crate) fn string(&self, example: &str) -> Result<LitStr> {
        self.value("string", example, <LitStr as Parse>::parse)
    }

    /// A type as the value.
    pub(crate) fn ty(&self, example: &str) -> Result<Type> {
        self.value("type", example, Type::parse)
    }

    /// A path without generic arguments as the value.
    pub(crate) fn path(&self, example: &str) -> Result<Path> {
        self.value("path", example, Path::parse_mod_style)
    }

    fn value<T>(
        &self,
        noun: &str,
        example: &str,
        parse: fn(ParseStream<'_>) -> Result<T>,
    ) -> Result<T> {
        let expected = format!("expected a {noun}: `{} = {example}`", self.key);
        let equals: Option<Token![=]> = self.input.parse()?;
        // At the end of the arguments there is no token to point at but the key.
        if equals.is_none() || self.input.is_empty() {
            return Err(Error::new(self.key.span(), expected));
        }
        self.input
            .call(parse)
            .map_err(|error| Error::new(error.span(), expected))
    }
}

fn finish(input: ParseStream<'_>, what: &str) -> Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(input.error(format_args!("expected `,` after {what}")))
}

/// The value of an argument that may be given once, beside the key it was given by.
pub(crate) struct Slot<T>(Option<(Ident, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> {
    /// Keeps the value, or says that there is one already.
    pub(crate) fn fill(&mut self, argument: &Argument<'_>, value: T) -> Result<()> {
        let key = &argument.key;
        if self.0.is_some() {
            let message = format_args!("`{key}` is given twice: keep one of them").to_string();
            return Err(Error::new(key.span(), message));
        }
        self.0 = Some((key.clone(), value));
        Ok(())
    }

    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }

    pub(crate) fn value(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

/// How `crate = path` reads in error messages.
pub(crate) const CRATE: &str = "`crate = path::to::login_runtime`";

/// Where the expansion finds the runtime: `::login_runtime`, or what `crate = path` says.
#[derive(Default)]
pub(crate) struct Runtime(Slot<Path>);

impl Runtime {
    /// Reads the value of `crate = path`.
    pub(crate) fn fill(&mut self, argument: &Argument<'_>) -> Result<()> {
        let path = argument.path("path::to::login_runtime")?;
        self.0.fill(argument, path)
    }

    /// The path of something that only expansions name.
    pub(crate) fn private(&self, name: &str) -> TokenStream {
        let name = Ident::new(name, Span::call_site());
        let root = self
            .0
            .value()
            .map_or_else(|| quote!(::login_runtime), ToTokens::to_token_stream);
        quote!(#root::__private::#name)
    }

    /// The type of a guard. Where it names the user's type it is placed over that: what the
    /// compiler has to say of the guard then points there.
    pub(crate) fn guard(
        &self,
        name: &str,
        arguments: &TokenStream,
        user: Option<&Type>,
    ) -> TokenStream {
        match user {
            Some(user) => self.private_over(name, arguments, user),
            None if arguments.is_empty() => self.private(name),
            None => {
                let path = self.private(name);
                quote!(#path<#arguments>)
            }
        }
    }

    fn private_over(&self, name: &str, arguments: &TokenStream, written: &Type) -> TokenStream {
        let mut spans = written
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        // On stable Rust two spans cannot be joined, but a path goes from its first token's to its
        // last token's.
        let first = spans.next().unwrap_or_else(Span::call_site);
        let last = spans.last().unwrap_or(first);
        let mut root = quote_spanned!(first=> ::login_runtime);
        if let Some(path) = self.0.value() {
            // Still looked up where it was written.
            let located = path.to_token_stream().into_iter().map(|mut token| {
                token.set_span(token.span().located_at(first));
                token
            });
            root = located.collect();
        }
        let name = Ident::new(name, last);
        quote_spanned!(last=> #root::__private::#name<#arguments>)
    }
}
