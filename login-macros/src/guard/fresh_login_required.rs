//! `#[fresh_login_required]`: `_: FreshLoginRequired<WITHIN, User>`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Type;

use super::{FRESH_LOGIN_REQUIRED, Guard};
use crate::{
    args::{self, CRATE, Runtime, Slot},
    diagnostics::{self, Diagnostics},
    duration,
};

#[derive(Default)]
struct Args {
    /// In seconds.
    within: Slot<u64>,
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
        let forms = ["`within = \"10m\"`", "`user = Type`", CRATE];
        args::parse(tokens, &forms, diagnostics, |argument| {
            match argument.key.to_string().as_str() {
                "within" => {
                    let within = duration::seconds(&argument.string("\"10m\"")?)?;
                    args.within.fill(argument, within)
                }
                "user" => args.user.fill(argument, argument.ty("Type")?),
                "crate" => args.runtime.fill(argument),
                _ => argument.unknown(),
            }
        });
        args
    }

    fn guard(&self) -> Guard {
        let name = FRESH_LOGIN_REQUIRED.name;
        let path = self.runtime.private(name);
        let within = self.within.value().copied();
        let ty = match (within.map(Literal::u64_unsuffixed), self.user.value()) {
            (None, None) => path,
            (Some(within), None) => quote!(#path<#within>),
            (within, Some(user)) => {
                // Zero stands for the manager's own setting.
                let within = within.unwrap_or_else(|| Literal::u64_unsuffixed(0));
                self.runtime
                    .private_over(name, &quote!(#within, #user), user)
            }
        };
        Guard {
            kind: FRESH_LOGIN_REQUIRED,
            ty,
        }
    }
}
