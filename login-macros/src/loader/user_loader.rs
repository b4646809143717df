//! `#[user_loader]`: the id first, then extractors of request parts.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Error;

use crate::{
    args::{self, CRATE, Runtime},
    diagnostics::{self, Diagnostics},
    function::Function,
};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::collect(|diagnostics| {
        let mut runtime = Runtime::default();
        args::parse(args, &[CRATE], diagnostics, |argument| {
            match argument.key.to_string().as_str() {
                "crate" => runtime.fill(argument),
                key @ ("bearer" | "basic" | "header" | "query") => Err(Error::new(
                    argument.key.span(),
                    format_args!(
                        "`{key}` is a credential, which a `#[request_loader]` reads: a \
                         `#[user_loader]` is given the user's id"
                    ),
                )),
                _ => argument.unknown(),
            }
        });
        let parsed = Function::parse("user_loader", item.clone());
        let Some(mut loader) = diagnostics.absorb(parsed) else {
            return item;
        };
        let sound = diagnostics.sound(|diagnostics| {
            loader.check("a user loader", diagnostics);
            loader.check_async("a user loader", diagnostics);
            loader.check_output("a user loader", diagnostics);
            loader.check_extractors(1, diagnostics);
            check_id(&loader, diagnostics);
        });
        if sound {
            let id_is_right = loader.demand_arguments(1, "LoaderId", &runtime);
            let output_is_right = loader.demand_output(&runtime);
            loader.put_in_front(&quote!(#id_is_right #output_is_right));
        }
        loader.into_token_stream()
    })
}

/// The first argument is the id, and it is the loader's own.
fn check_id(loader: &Function, diagnostics: &mut Diagnostics) {
    let name = &loader.sig.ident;
    if loader.arguments().next().is_none() {
        diagnostics.error_over(
            name,
            format_args!(
                "a user loader is given the user's id: expected `async fn {name}(id: i64, ..)`, \
                 with any type that implements `FromStr`"
            ),
        );
    }
    loader.check_owned(1, "the user's id", diagnostics);
}
