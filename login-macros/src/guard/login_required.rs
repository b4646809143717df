//! `#[login_required]`: `_: LoginRequired`, or with `user = Type` `_: LoginRequired<Type>`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::{Guard, LOGIN_REQUIRED};
use crate::{
    args::{self, CRATE, Runtime, Slot},
    diagnostics::{self, Diagnostics},
};

#[derive(Default)]
struct Args {
    user: Slot<Type>,
    runtime: Runtime,
}

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::collect(|diagnostics| {
        let args = Args::parse(args, diagnostics);
        args.guard().attach(item, diagnostics)
    })
}

impl Args {
    fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        args::parse(
            tokens,
            &["`user = Type`", CRATE],
            diagnostics,
            |argument| match argument.key.to_string().as_str() {
                "user" => args.user.fill(argument, argument.ty("Type")?),
                "crate" => args.runtime.fill(argument),
                _ => argument.unknown(),
            },
        );
        args
    }

    fn guard(&self) -> Guard {
        let path = self.runtime.private(LOGIN_REQUIRED.name);
        let ty = match self.user.value() {
            Some(user) => quote!(#path<#user>),
            None => path,
        };
        Guard {
            kind: LOGIN_REQUIRED,
            ty,
        }
    }
}
