//! The loaders: `#[user_loader]` and `#[request_loader]`.
//!
//! What can be told from the syntax is told here. What only the compiler can tell, such as whether a
//! return type is `Option<User>` behind an alias, becomes a statement in front of the body that names
//! the user's type beside the trait: the compiler checks it where the function is defined, and points
//! at the type. (A where-predicate would do so too, but what cannot hold is then reported again
//! wherever the function is named.)

mod body;
pub(crate) mod request_loader;
pub(crate) mod user_loader;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Ident, ReturnType, Type};

use self::body::Body;
use crate::{args::Runtime, diagnostics::Diagnostics, function::Function};

/// How many extractors a loader may have.
const MOST_EXTRACTORS: usize = 14;

impl Function {
    /// Names an async function that returns nothing. The compiler judges every other return type.
    fn check_output(&self, noun: &str, diagnostics: &mut Diagnostics) {
        if let (Some(_), ReturnType::Default) = (&self.sig.asyncness, &self.sig.output) {
            diagnostics.error_over(
                &self.sig.ident,
                format_args!(
                    "{noun} says who the user is: expected `-> Option<User>` or \
                     `-> Result<Option<User>, E>`"
                ),
            );
        }
    }

    /// Names extractors beyond what the runtime has implementations for.
    fn check_extractors(&self, skip: usize, diagnostics: &mut Diagnostics) {
        let rule = "too many extractors for a loader";
        self.check_count(skip, MOST_EXTRACTORS, rule, diagnostics);
    }

    /// Names references among the first arguments, which the runtime hands over by value.
    fn check_owned(&self, count: usize, what: &str, diagnostics: &mut Diagnostics) {
        for argument in self.arguments().take(count) {
            if matches!(*argument.ty, Type::Reference(_)) {
                diagnostics.error_over(
                    &argument.ty,
                    format_args!(
                        "a loader owns {what}: expected a type such as `String`, found a reference"
                    ),
                );
            }
        }
    }

    /// Puts statements in front of the body.
    fn put_in_front(&mut self, statements: &TokenStream) {
        if !statements.is_empty() {
            let Body { attrs, block } = Body::split(&self.body);
            self.body = quote!({ #(#attrs)* #statements #block });
        }
    }

    /// Statements by which the compiler checks the types of the first arguments.
    fn demand_arguments(&self, count: usize, name: &str, runtime: &Runtime) -> TokenStream {
        let types = self.arguments().take(count).map(|argument| &*argument.ty);
        types
            .map(|ty| self.demand(ty, name, "read", runtime))
            .collect()
    }

    /// A statement by which the compiler checks what an async function returns.
    fn demand_output(&self, runtime: &Runtime) -> TokenStream {
        match (&self.sig.asyncness, &self.sig.output) {
            (Some(_), ReturnType::Type(_, ty)) => self.demand(ty, "LoaderOutput", "check", runtime),
            _ => TokenStream::new(),
        }
    }

    /// A statement by which the compiler checks that `ty` implements a trait of the runtime; it
    /// names one of the trait's methods and does nothing.
    ///
    /// Empty where the type is only known to the caller. The login manager's builder checks again.
    fn demand(&self, ty: &Type, name: &str, method: &str, runtime: &Runtime) -> TokenStream {
        let generic = |parameter: &GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
        if self.sig.generics.params.iter().any(generic) || !can_be_named(ty.to_token_stream()) {
            return TokenStream::new();
        }
        let name = runtime.private(name);
        let method = Ident::new(method, Span::call_site());
        quote!(let _ = <#ty as #name>::#method;)
    }
}

/// Whether a type can be written in a body: nothing in it is opaque.
fn can_be_named(ty: TokenStream) -> bool {
    ty.into_iter().all(|token| match token {
        TokenTree::Ident(word) => word != "impl",
        TokenTree::Group(group) => can_be_named(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => true,
    })
}
