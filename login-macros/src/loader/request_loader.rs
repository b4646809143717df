//! `#[request_loader]`: extractors of request parts, or a credential and then extractors.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Error, LitStr, Result, ReturnType, parse_quote};

use super::body::Body;
use crate::{
    args::{self, Argument, CRATE, Runtime, Slot},
    diagnostics::{self, Diagnostics},
    function::Function,
    pack::{MOST_BYTES, packed},
};

/// What the loader reads, where it says so.
enum Credential {
    Bearer,
    Basic,
    /// The header's name, in lower case.
    Header(String),
    /// The query parameter's name.
    Query(String),
}

#[derive(Default)]
struct Args {
    credential: Slot<Credential>,
    runtime: Runtime,
}

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    diagnostics::collect(|diagnostics| {
        let args = Args::parse(args, diagnostics);
        let parsed = Function::parse("request_loader", item.clone());
        let Some(mut loader) = diagnostics.absorb(parsed) else {
            return item;
        };
        let sound = diagnostics.sound(|diagnostics| args.check(&mut loader, diagnostics));
        if sound {
            match args.credential.value() {
                Some(credential) => args.carry(credential, &mut loader),
                None => loader.put_in_front(&loader.demand_output(&args.runtime)),
            }
        }
        loader.into_token_stream()
    })
}

impl Credential {
    /// How many arguments it takes, before the extractors.
    fn arguments(&self) -> usize {
        match self {
            Self::Basic => 2,
            Self::Bearer | Self::Header(_) | Self::Query(_) => 1,
        }
    }

    fn example(&self) -> &'static str {
        match self {
            Self::Basic => "username: String, password: String",
            Self::Bearer | Self::Header(_) | Self::Query(_) => "token: String",
        }
    }
}

/// A credential by name. A wrong name is one mistake: the loader stays one with a credential.
fn named(kind: fn(String) -> Credential, name: Result<String>) -> (Credential, Result<()>) {
    match name {
        Ok(name) => (kind(name), Ok(())),
        Err(error) => (kind(String::new()), Err(error)),
    }
}

impl Args {
    fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        let forms = [
            "`bearer`",
            "`basic`",
            "`header = \"x-api-key\"`",
            "`query = \"api_key\"`",
            CRATE,
        ];
        args::parse(tokens, &forms, diagnostics, |argument| {
            let (credential, checked) = match argument.key.to_string().as_str() {
                "bearer" => (Credential::Bearer, argument.flag()),
                "basic" => (Credential::Basic, argument.flag()),
                "header" => {
                    let name = argument
                        .string("\"x-api-key\"")
                        .and_then(|name| header(&name));
                    named(Credential::Header, name)
                }
                "query" => {
                    let name = argument.string("\"api_key\"").and_then(|name| query(&name));
                    named(Credential::Query, name)
                }
                "crate" => return args.runtime.fill(argument),
                _ => return argument.unknown(),
            };
            args.read(argument, credential)?;
            checked
        });
        args
    }

    /// Keeps the credential, of which there is one.
    fn read(&mut self, argument: &Argument<'_>, credential: Credential) -> Result<()> {
        match self.credential.key() {
            Some(first) if *first != argument.key => {
                let message = format!(
                    "a request loader reads one credential, and `{first}` is given already: write \
                     another loader for `{}`",
                    argument.key,
                );
                Err(Error::new(argument.key.span(), message))
            }
            _ => self.credential.fill(argument, credential),
        }
    }

    fn check(&self, loader: &mut Function, diagnostics: &mut Diagnostics) {
        let noun = "a request loader";
        loader.check(noun, diagnostics);
        let name = &loader.sig.ident;
        loader.check_output(noun, diagnostics);
        let Some(credential) = self.credential.value() else {
            loader.check_async(noun, diagnostics);
            loader.check_extractors(0, diagnostics);
            return;
        };
        // The body moves into a future of the expansion's own, so it has to be an async one.
        if loader.sig.asyncness.is_none() {
            let message = format_args!(
                "a request loader with a credential is async: expected `async fn {name}`"
            );
            diagnostics.error_over(loader.sig.fn_token, message);
        }
        let (count, first) = (credential.arguments(), credential.example());
        loader.check_extractors(count, diagnostics);
        loader.check_owned(count, "the credential", diagnostics);
        if loader.arguments().count() < count {
            let message =
                format_args!("the credential comes first: expected `async fn {name}({first}, ..)`");
            diagnostics.error_over(name, message);
        }
    }

    /// Has the function return an awaitable that carries the kind of the credential.
    fn carry(&self, credential: &Credential, loader: &mut Function) {
        let ReturnType::Type(arrow, output) = &loader.sig.output else {
            return;
        };
        let with = self.runtime.private("WithCredential");
        let kind = self.kind(credential);
        let Body { attrs, block } = Body::split(&loader.body);
        let output_is_right = loader.demand_output(&self.runtime);
        let credential_is_right =
            loader.demand_arguments(credential.arguments(), "LoaderCredential", &self.runtime);
        // The future's own `?` and coercions are inferred from its output, as in an `async fn`:
        // the first return says of which type it is.
        let option = quote!(::core::option::Option);
        let typed = super::can_be_named(output.to_token_stream()).then(|| {
            quote! {
                if let #option::Some(output) = #option::None::<#output> {
                    return output;
                }
            }
        });
        // Where the user wrote `async`, for errors about the future such as that it is not `Send`.
        let span = loader
            .sig
            .asyncness
            .map_or_else(Span::call_site, |token| token.span);
        let future = quote_spanned! {span=>
            async move {
                #typed
                #block
            }
        };
        loader.body = quote! {
            {
                #(#attrs)*
                #output_is_right
                #credential_is_right
                #with::new(#future)
            }
        };
        let future = quote!(::core::future::Future<Output = #output> + ::core::marker::Send);
        loader.sig.output = parse_quote!(#arrow #with<#kind, impl #future>);
        loader.sig.asyncness = None;
    }

    fn kind(&self, credential: &Credential) -> TokenStream {
        let (name, text) = match credential {
            Credential::Bearer => return self.runtime.private("Bearer"),
            Credential::Basic => return self.runtime.private("Basic"),
            Credential::Header(text) => ("Header", text),
            Credential::Query(text) => ("Query", text),
        };
        let (path, text) = (self.runtime.private(name), packed(text, &self.runtime));
        quote!(#path<#text>)
    }
}

/// A header's name (RFC 9110, section 5.1), in lower case.
fn header(literal: &LitStr) -> Result<String> {
    let name = literal.value().to_ascii_lowercase();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let problem = if name.is_empty() || name.len() > MOST_BYTES {
        "a header name has 1 to 64 characters, as in \"x-api-key\""
    } else if !name.bytes().all(token) {
        "this cannot be the name of a header: expected letters, digits and hyphens, as in \
         \"x-api-key\""
    } else if name == "cookie" {
        "cookies belong to the login session: expected another header, such as \"x-api-key\""
    } else {
        return Ok(name);
    };
    Err(Error::new(literal.span(), problem))
}

/// A query parameter's name, as it is after decoding.
fn query(literal: &LitStr) -> Result<String> {
    let name = literal.value();
    let problem = if name.is_empty() || name.len() > MOST_BYTES {
        "the name of a query parameter has 1 to 64 bytes, as in \"api_key\""
    } else if name.contains(char::is_control) {
        "the name of a query parameter has no control characters, as in \"api_key\""
    } else {
        return Ok(name);
    };
    Err(Error::new(literal.span(), problem))
}
