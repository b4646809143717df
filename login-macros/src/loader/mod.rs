//! The loaders: `#[user_loader]` and `#[request_loader]`.
//!
//! What can be told from the syntax is told here. What only the compiler can tell, such as whether a
//! return type is `Option<User>` behind an alias, becomes a where-predicate over the user's own
//! tokens: the compiler checks it where the function is defined and points there.

pub(crate) mod request_loader;
pub(crate) mod user_loader;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ReturnType, Type, parse_quote};

use crate::{args::Runtime, diagnostics::Diagnostics, handler::Handler};

/// How many extractors a loader may have.
const MOST_EXTRACTORS: usize = 14;

impl Handler {
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
        let message = "a loader has too many extractors, combine some of them in a tuple";
        self.check_count(skip, MOST_EXTRACTORS, message, diagnostics);
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

    /// Has the compiler check the types of the first arguments.
    fn demand_arguments(&mut self, count: usize, name: &str, runtime: &Runtime) {
        let types: Vec<Type> = self
            .arguments()
            .take(count)
            .map(|argument| (*argument.ty).clone())
            .collect();
        for ty in types {
            self.demand(&ty, name, runtime);
        }
    }

    /// Has the compiler check what an async function returns.
    fn demand_output(&mut self, runtime: &Runtime) {
        if let (Some(_), ReturnType::Type(_, ty)) = (&self.sig.asyncness, &self.sig.output) {
            let ty = ty.clone();
            self.demand(&ty, "LoaderOutput", runtime);
        }
    }

    /// Has the compiler check that `ty` implements a trait of the runtime.
    ///
    /// Left out where the predicate could not be written or would not be checked at the definition;
    /// the login manager's builder checks again.
    fn demand(&mut self, ty: &Type, name: &str, runtime: &Runtime) {
        if self.sig.generics.params.is_empty() && can_be_named(ty.to_token_stream()) {
            let bound = runtime.private_over(name, ty);
            let clause = self.sig.generics.make_where_clause();
            clause.predicates.push(parse_quote!(#ty: #bound));
        }
    }
}

/// Whether a type means the same in a where clause: nothing in it is opaque or left to elision.
fn can_be_named(ty: TokenStream) -> bool {
    let mut after_ampersand = false;
    ty.into_iter().all(|token| {
        let elided =
            after_ampersand && !matches!(&token, TokenTree::Punct(tick) if tick.as_char() == '\'');
        after_ampersand = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '&');
        !elided
            && match token {
                TokenTree::Ident(word) => word != "impl" && word != "_",
                TokenTree::Group(group) => can_be_named(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => true,
            }
    })
}
