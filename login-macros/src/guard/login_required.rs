//! `#[login_required]`: `_: LoginRequired<User, VIA>`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, LitStr, Result, Type, parse::ParseStream};

use super::{Guard, Kind};
use crate::{
    args::{self, CRATE, Runtime, Slot},
    diagnostics::{self, Diagnostics},
};

#[derive(Default)]
struct Args {
    user: Slot<Type>,
    via: Slot<u8>,
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
        // The guess of whoever wants a role, which has an attribute of its own.
        let name = |input: ParseStream<'_>| {
            if !input.peek(LitStr) {
                return None;
            }
            let read = input.parse::<LitStr>().and_then(|name| {
                let written = name.to_token_stream();
                let message = format_args!(
                    "`#[login_required]` asks for a login alone: write \
                     `#[roles_required({written})]` for a role"
                )
                .to_string();
                Err(Error::new(name.span(), message))
            });
            Some(read)
        };
        args::parse_list(
            tokens,
            &["`user = Type`", "`via = \"session\"`", CRATE],
            diagnostics,
            name,
            |argument| match argument.key.to_string().as_str() {
                "user" => args.user.fill(argument, argument.ty("Type")?),
                "via" => args
                    .via
                    .fill(argument, via(&argument.string("\"session\"")?)?),
                "crate" => args.runtime.fill(argument),
                "within" => Err(Error::new(
                    argument.key.span(),
                    "`within` is about how fresh the login is: write \
                     `#[fresh_login_required(within = ..)]` instead of `#[login_required]`",
                )),
                _ => argument.unknown(),
            },
        );
        args
    }

    fn guard(&self) -> Guard {
        let user = self.user.value();
        let via = self.via.value().copied().map(Literal::u8_unsuffixed);
        let arguments = match (user, via) {
            (None, None) => TokenStream::new(),
            (Some(user), None) => quote!(#user),
            (None, Some(via)) => {
                let any_login = self.runtime.private("AnyLogin");
                quote!(#any_login, #via)
            }
            (Some(user), Some(via)) => quote!(#user, #via),
        };
        Guard::new(Kind::LoginRequired, &arguments, user, &self.runtime)
    }
}

/// The number that stands for a way of finding the user.
fn via(text: &LitStr) -> Result<u8> {
    match text.value().as_str() {
        "session" => Ok(1),
        "request" => Ok(2),
        _ => Err(Error::new(
            text.span(),
            "expected `\"session\"` (the login cookies) or `\"request\"` (a request loader)",
        )),
    }
}
