//! `#[public]`: `_: Public`.

use proc_macro2::TokenStream;

use super::{Guard, PUBLIC};
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
        let guard = Guard {
            kind: PUBLIC,
            ty: runtime.private(PUBLIC.name),
        };
        guard.attach(item, diagnostics)
    })
}
