//! A handler or a loader: its signature parsed, its body untouched.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Error, FnArg, LitStr, PatType, Result, ReturnType, Safety, Signature, Token, Type,
    TypeParamBound, Visibility,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use crate::diagnostics::Diagnostics;

/// A function as written.
///
/// The body stays the tokens it came as: it may be half-written (editors complete inside it), and
/// whatever is in it keeps its spans.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
}

impl Function {
    /// Reads a function with a body; `attribute` is the macro's name, for the error message.
    pub(crate) fn parse(attribute: &str, item: TokenStream) -> Result<Self> {
        let parser = |input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            let vis = input.parse()?;
            expect_function(attribute, input)?;
            let sig: Signature = input.parse()?;
            if input.is_empty() || input.peek(Token![;]) {
                let message = format_args!(
                    "`#[{attribute}]` goes on a function with a body: expected `{{ .. }}`"
                );
                return Err(Error::new_spanned(&sig, message));
            }
            Ok(Self {
                attrs,
                vis,
                sig,
                body: input.parse()?,
            })
        };
        parser.parse2(item)
    }

    /// Names the qualifiers and the receiver that it could not be called with. `noun` says what it
    /// should be, as in "an axum handler".
    pub(crate) fn check(&mut self, noun: &str, diagnostics: &mut Diagnostics) {
        // Taken out, or else the compiler complains of it in words of its own as well.
        if let Some(variadic) = self.sig.variadic.take() {
            let message = format_args!("{noun} cannot be variadic: remove `...`");
            diagnostics.error_over(variadic, message);
        }
        let sig = &self.sig;
        if let Some(receiver) = sig.receiver() {
            diagnostics.error_over(
                receiver,
                format_args!(
                    "{noun} cannot take `self`: make it a function without a receiver, and ask for \
                     what it needs with `State`"
                ),
            );
        }
        if let Some(token) = &sig.constness {
            diagnostics.error_over(
                token,
                format_args!("{noun} cannot be `const`: remove `const`"),
            );
        }
        if let Safety::Unsafe(token) = &sig.safety {
            let message = format_args!("{noun} cannot be `unsafe`: remove `unsafe`");
            diagnostics.error_over(token, message);
        }
        if let Some(abi) = &sig.abi {
            let written = abi.to_token_stream();
            let message = format_args!("{noun} cannot be `extern`: remove `{written}`");
            diagnostics.error_over(abi, message);
        }
    }

    /// Names a function that certainly returns no future.
    pub(crate) fn check_async(&self, noun: &str, diagnostics: &mut Diagnostics) {
        let sig = &self.sig;
        if sig.asyncness.is_none() && plainly_no_future(&sig.output) {
            let message = format_args!("{noun} is async: expected `async fn {}`", sig.ident);
            diagnostics.error_over(sig.fn_token, message);
        }
    }

    /// Names the first of the arguments that are too many, if any; `rule` says for what.
    pub(crate) fn check_count(
        &self,
        skip: usize,
        most: usize,
        rule: &str,
        diagnostics: &mut Diagnostics,
    ) {
        // Whether an argument under `cfg` will be there is not known yet.
        let certain = self
            .arguments()
            .skip(skip)
            .filter(|argument| !argument.attrs.iter().any(is_cfg));
        if let Some(extra) = certain.clone().nth(most) {
            let found = certain.count();
            diagnostics.error_over(
                extra,
                format_args!(
                    "{rule}: expected at most {most}, found {found}; a tuple of extractors counts \
                     as one"
                ),
            );
        }
    }

    /// The arguments but for a receiver.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &PatType> + Clone {
        self.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attr in &self.attrs {
            attr.to_tokens(tokens);
        }
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

fn is_cfg(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
}

/// Looks ahead for a `fn` behind its qualifiers, and says what was found instead.
fn expect_function(attribute: &str, input: ParseStream<'_>) -> Result<()> {
    let ahead = input.fork();
    while ahead.peek(Token![const])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
        || ahead.peek(LitStr)
    {
        ahead.parse::<TokenTree>()?;
    }
    if ahead.peek(Token![fn]) {
        return Ok(());
    }
    let expected = match input.fork().call(syn::Ident::parse_any) {
        Ok(word) if word == "impl" || word == "trait" || word == "mod" => {
            format!("put it on each function inside this `{word}`")
        }
        Ok(word) => format!("expected `async fn`, found `{word}`"),
        Err(_) => "expected `async fn`".to_owned(),
    };
    Err(input.error(format_args!(
        "`#[{attribute}]` goes on a function: {expected}"
    )))
}

/// Whether a function that is not `async` certainly returns no future.
///
/// A macro cannot see through aliases, so only this counts as certain: no return type, a reference,
/// a pointer, a tuple, an array, a slice, `!`, a function pointer, `impl IntoResponse`, or a bare
/// name of the language, of the prelude, or of what axum's handlers usually return. Everything else
/// is left to the compiler, which tells precisely.
fn plainly_no_future(output: &ReturnType) -> bool {
    match output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => is_plain_value(ty),
    }
}

fn is_plain_value(ty: &Type) -> bool {
    const VALUES: &[&str] = &[
        "bool",
        "char",
        "str",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "f32",
        "f64",
        "String",
        "Vec",
        "Option",
        "Result",
        "Html",
        "Json",
        "Redirect",
        "Response",
        "StatusCode",
    ];
    match ty {
        Type::Array(_)
        | Type::FnPtr(_)
        | Type::Never(_)
        | Type::Ptr(_)
        | Type::Reference(_)
        | Type::Slice(_)
        | Type::Tuple(_) => true,
        Type::Group(group) => is_plain_value(&group.elem),
        Type::Paren(paren) => is_plain_value(&paren.elem),
        Type::ImplTrait(opaque) => match opaque.bounds.first() {
            Some(TypeParamBound::Trait(bound)) if opaque.bounds.len() == 1 => {
                bound.path.is_ident("IntoResponse")
            }
            _ => false,
        },
        Type::Path(path) if path.qself.is_none() && path.path.leading_colon.is_none() => {
            match path.path.segments.first() {
                Some(name) if path.path.segments.len() == 1 => {
                    VALUES.iter().any(|value| name.ident == value)
                }
                _ => false,
            }
        }
        _ => false,
    }
}
