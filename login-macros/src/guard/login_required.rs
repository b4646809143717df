//! `#[login_required]`: `_: LoginRequired`, or with `user = Type` `_: LoginRequired<Type>`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Type};

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
                "within" => Err(Error::new(
                    argument.key.span(),
                    "`within` is about how fresh the login is: write `#[fresh_login_required(within = \
                     ..)]` instead of `#[login_required]`",
                )),
                _ => argument.unknown(),
            },
        );
        args
    }

    fn guard(&self) -> Guard {
        let ty = match self.user.value() {
            Some(user) => self
                .runtime
                .private_over(LOGIN_REQUIRED.name, &quote!(#user), user),
            None => self.runtime.private(LOGIN_REQUIRED.name),
        };
        Guard {
            kind: LOGIN_REQUIRED,
            ty,
        }
    }
}
