//! `#[user_loader]`: the id first, then extractors of request parts.

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::{
    args::{self, CRATE, Runtime},
    diagnostics::{self, Diagnostics},
    handler::Handler,
};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::collect(|diagnostics| {
        let mut runtime = Runtime::default();
        args::parse(args, &[CRATE], diagnostics, |argument| {
            match argument.key.to_string().as_str() {
                "crate" => runtime.fill(argument),
                _ => argument.unknown(),
            }
        });
        let parsed = Handler::parse("user_loader", item.clone());
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
            loader.demand_arguments(1, "LoaderId", &runtime);
            loader.demand_output(&runtime);
        }
        loader.into_token_stream()
    })
}

/// The first argument is the id, and it is the loader's own.
fn check_id(loader: &Handler, diagnostics: &mut Diagnostics) {
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
