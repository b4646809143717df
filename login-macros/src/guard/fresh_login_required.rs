//! `#[fresh_login_required]`: `_: FreshLoginRequired<WITHIN, User>`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Type;

use super::{Guard, Kind};
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
        let user = self.user.value();
        // Zero stands for the manager's own setting.
        let within = Literal::u64_unsuffixed(self.within.value().copied().unwrap_or(0));
        let arguments = match (self.within.key(), user) {
            (None, None) => TokenStream::new(),
            (Some(_), None) => quote!(#within),
            (_, Some(user)) => quote!(#within, #user),
        };
        Guard::new(Kind::FreshLoginRequired, &arguments, user, &self.runtime)
    }
}
