//! `#[roles_required("admin")]` and its family: `_: RolesRequired<PackedText<..>, User>`, where the
//! names are packed into the first type.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, LitStr, Path, Result, Token, Type, ext::IdentExt as _, parse::ParseStream};

use super::{Guard, Kind};
use crate::{
    args::{self, CRATE, Runtime, Slot},
    diagnostics::{self, Diagnostics},
    pack::{MOST_BYTES, packed, packed_by_the_compiler},
};

#[derive(Default)]
struct Args {
    names: Vec<Name>,
    user: Slot<Type>,
    runtime: Runtime,
}

/// A role or permission, as it is written.
enum Name {
    /// `"admin"`.
    Text(LitStr),
    /// `Role::Admin`, of an enum that derives `Role`.
    Variant(Path),
}

pub(crate) fn expand(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::collect(|diagnostics| {
        let args = Args::parse(kind, args, diagnostics);
        args.guard(kind).attach(item, diagnostics)
    })
}

impl Args {
    fn parse(kind: Kind, tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let Self {
            mut names,
            mut user,
            mut runtime,
        } = Self::default();
        let example = kind.example();
        let example_name = format!("a name such as `{example}`");
        let forms = [&*example_name, "`user = Type`", CRATE];
        let name = |input: ParseStream<'_>| {
            let read = Name::read(input)?;
            Some(read.and_then(|name| name.check(&names).map(|()| names.push(name))))
        };
        let sound = diagnostics.sound(|diagnostics| {
            args::parse_list(tokens, &forms, diagnostics, name, |argument| match argument
                .key
                .to_string()
                .as_str()
            {
                "user" => user.fill(argument, argument.ty("Type")?),
                "crate" => runtime.fill(argument),
                name if argument.is_bare() => Err(Error::new(
                    argument.key.span(),
                    format_args!("a name stands in quotes: write `\"{name}\"`"),
                )),
                _ => argument.unknown(),
            });
        });
        if names.is_empty() && sound {
            let attribute = kind.attribute();
            let message = format_args!(
                "`#[{attribute}]` asks for something: name it, as in `#[{attribute}({example})]`"
            );
            diagnostics.error(Span::call_site(), message);
        }
        let args = Self {
            names,
            user,
            runtime,
        };
        args.check_size(diagnostics);
        args
    }

    /// Names the one with which the list no longer fits. Of variants the compiler knows the size.
    fn check_size(&self, diagnostics: &mut Diagnostics) {
        let mut bytes = 0;
        for name in &self.names {
            let Name::Text(text) = name else { continue };
            bytes += text.value().len() + usize::from(bytes > 0);
            if bytes > MOST_BYTES {
                let message = format_args!(
                    "the names of a guard take at most {MOST_BYTES} bytes together: shorten them, or \
                     put some into a second attribute"
                );
                return diagnostics.error_over(text, message);
            }
        }
    }

    fn guard(self, kind: Kind) -> Guard {
        let texts: Option<Vec<String>> = self.names.iter().map(Name::text).collect();
        let names = match texts {
            Some(texts) => packed(&texts.join("\n"), &self.runtime),
            None => packed_by_the_compiler(&self.names, &self.runtime),
        };
        let user = self.user.value();
        let user_argument = user.map(|user| quote!(, #user));
        Guard::new(kind, &quote!(#names #user_argument), user, &self.runtime)
    }
}

impl Name {
    /// Reads a name, if that is what comes next: anything but `key = value`.
    fn read(input: ParseStream<'_>) -> Option<Result<Self>> {
        if input.peek(LitStr) {
            return Some(input.parse().map(Self::Text));
        }
        let ahead = input.fork();
        let is_path = input.peek(Token![::])
            || (ahead.call(syn::Ident::parse_any).is_ok() && ahead.peek(Token![::]));
        is_path.then(|| input.call(Path::parse_mod_style).map(Self::Variant))
    }

    fn check(&self, before: &[Self]) -> Result<()> {
        if let Self::Text(text) = self {
            let value = text.value();
            if value.is_empty() {
                return Err(Error::new(text.span(), "a name has at least one character"));
            }
            if value.contains(char::is_control) {
                let message = "a name holds no control characters: remove them";
                return Err(Error::new(text.span(), message));
            }
        }
        let written = self.to_token_stream().to_string();
        if before
            .iter()
            .any(|name| name.to_token_stream().to_string() == written)
        {
            let message = format_args!("{written} is named twice: keep one of them");
            return Err(Error::new_spanned(self, message));
        }
        Ok(())
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.value()),
            Self::Variant(_) => None,
        }
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Text(text) => text.to_tokens(tokens),
            Self::Variant(path) => tokens.extend(quote!(#path.as_str())),
        }
    }
}
