//! `#[user_loader]`: the id first, then extractors of request parts.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Type;

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
            let id = loader
                .arguments()
                .next()
                .map(|argument| argument.ty.clone());
            if let Some(id) = id {
                loader.demand(&id, "LoaderId", &runtime);
            }
            loader.demand_output(&runtime);
        }
        loader.into_token_stream()
    })
}

/// The first argument is the id, and it is the loader's own.
fn check_id(loader: &Handler, diagnostics: &mut Diagnostics) {
    let name = &loader.sig.ident;
    match loader.arguments().next() {
        None => diagnostics.error_over(
            name,
            format_args!(
                "a user loader is given the user's id: expected `async fn {name}(id: i64, ..)`, \
                 with any type that implements `FromStr`"
            ),
        ),
        Some(id) if matches!(*id.ty, Type::Reference(_)) => diagnostics.error_over(
            &id.ty,
            "a user loader owns the user's id: expected a type such as `String` or `i64`, found a \
             reference",
        ),
        Some(_) => {}
    }
}
