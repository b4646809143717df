//! `#[public]`: `_: Public`.

use proc_macro2::TokenStream;

use super::{Guard, Kind};
use crate::{
    args::{self, CRATE, Runtime},
    diagnostics,
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
        let guard = Guard::new(Kind::Public, &TokenStream::new(), None, &runtime);
        guard.attach(item, diagnostics)
    })
}
