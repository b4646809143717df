//! `#[derive(Role)]`: the names of an enum's variants.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Data, DeriveInput, Error, Fields, Ident, LitStr, Meta, Path, Result, Variant, parse_quote,
};

use crate::{
    args::{self, Argument, CRATE, Runtime, Slot},
    diagnostics::{self, Diagnostics, alternatives},
};

/// A variant and what it is called.
struct Named<'a> {
    variant: &'a Ident,
    name: String,
}

const ON_ENUM: &[&str] = &["`serde`", "`sqlx`", CRATE];

/// What `#[role(..)]` on the enum says.
#[derive(Default)]
struct OnEnum {
    /// Where serde is, if its traits are wanted.
    serde: Slot<Path>,
    sqlx: Slot<Path>,
    runtime: Runtime,
}

impl OnEnum {
    fn read(&mut self, argument: &Argument<'_>) -> Result<()> {
        match argument.key.to_string().as_str() {
            "serde" => self.serde.fill(argument, dependency(argument, "serde")?),
            "sqlx" => self.sqlx.fill(argument, dependency(argument, "sqlx")?),
            "crate" => self.runtime.fill(argument),
            "name" => Err(Error::new(
                argument.key.span(),
                "`name` is that of a role: put `#[role(name = \"..\")]` on a variant",
            )),
            _ => argument.unknown(),
        }
    }
}

/// A crate that the user depends on: under its own name, or where the argument says.
fn dependency(argument: &Argument<'_>, name: &str) -> Result<Path> {
    if argument.is_bare() {
        let name = Ident::new(name, argument.key.span());
        return Ok(parse_quote!(::#name));
    }
    argument.path(&format!("path::to::{name}"))
}

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    diagnostics::collect(|diagnostics| {
        let Some(input) = diagnostics.absorb(syn::parse2::<DeriveInput>(item)) else {
            return TokenStream::new();
        };
        let mut on_enum = OnEnum::default();
        for attr in input
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("role"))
        {
            let Meta::List(list) = &attr.meta else {
                let expected = alternatives(ON_ENUM);
                let message = format_args!("expected `#[role(..)]` with {expected} in it");
                diagnostics.error_over(&attr.meta, message);
                continue;
            };
            args::parse(list.tokens.clone(), ON_ENUM, diagnostics, |argument| {
                on_enum.read(argument)
            });
        }
        let mut named = Vec::new();
        if let Data::Enum(data) = &input.data {
            named.extend(
                data.variants
                    .iter()
                    .map(|variant| Named::read(variant, diagnostics)),
            );
        } else {
            let message = "`#[derive(Role)]` names the variants of an enum: put it on one, or use \
                           plain text for roles";
            diagnostics.error_over(&input.ident, message);
        }
        distinct(&named, diagnostics);
        write(&input, &named, &on_enum, diagnostics.is_empty())
    })
}

impl<'a> Named<'a> {
    fn read(variant: &'a Variant, diagnostics: &mut Diagnostics) -> Self {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a role is a name without data: remove the fields of this variant";
            diagnostics.error_over(&variant.fields, message);
        }
        let mut name: Slot<String> = Slot::default();
        for attr in variant
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("role"))
        {
            let Meta::List(list) = &attr.meta else {
                let message = "expected `#[role(name = \"..\")]`";
                diagnostics.error_over(&attr.meta, message);
                continue;
            };
            let forms = ["`name = \"..\"`"];
            args::parse(
                list.tokens.clone(),
                &forms,
                diagnostics,
                |argument| match argument.key.to_string().as_str() {
                    "name" => name.fill(argument, checked(&argument.string("\"editor\"")?)?),
                    _ => argument.unknown(),
                },
            );
        }
        let name = match name.value() {
            Some(name) => name.clone(),
            None => snake_case(&variant.ident),
        };
        Self {
            variant: &variant.ident,
            name,
        }
    }
}

fn checked(name: &LitStr) -> Result<String> {
    let text = name.value();
    if text.is_empty() || text.contains(char::is_control) {
        let message = "the name of a role has at least one character and no control characters";
        return Err(Error::new(name.span(), message));
    }
    Ok(text)
}

/// `DeskEditor` as `desk_editor`.
fn snake_case(ident: &Ident) -> String {
    let text = ident.to_string();
    let mut name = String::new();
    for (at, letter) in text.trim_start_matches("r#").chars().enumerate() {
        if letter.is_uppercase() && at > 0 {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

fn distinct(named: &[Named<'_>], diagnostics: &mut Diagnostics) {
    for (at, one) in named.iter().enumerate() {
        if named[..at].iter().any(|before| before.name == one.name) {
            let message = format_args!("two roles are called `{}`: rename one of them", one.name);
            diagnostics.error_over(one.variant, message);
        }
    }
}

/// The impls. After a mistake they are there too, so that the compiler does not also say that
/// a method is missing; the error beside them keeps their empty bodies from compiling.
fn write(input: &DeriveInput, named: &[Named<'_>], on_enum: &OnEnum, sound: bool) -> TokenStream {
    let (ident, vis) = (&input.ident, &input.vis);
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let unknown_role = on_enum.runtime.private("UnknownRole");
    let all_names = on_enum.runtime.private("AllNames");
    let serde = on_enum.serde.value().map(|serde| for_serde(input, serde));
    let sqlx = on_enum.sqlx.value().map(|sqlx| for_sqlx(input, sqlx));
    let variants: Vec<_> = named.iter().map(|one| one.variant).collect();
    let texts: Vec<_> = named.iter().map(|one| &one.name).collect();
    let (mut as_str, mut from_str) = (quote!(loop {}), quote!(loop {}));
    if sound {
        as_str = quote! {
            match *self {
                #(Self::#variants => #texts,)*
            }
        };
        from_str = quote! {
            match name {
                #(#texts => ::core::result::Result::Ok(Self::#variants),)*
                _ => ::core::result::Result::Err(#unknown_role::new(name)),
            }
        };
    }
    quote! {
        #[automatically_derived]
        impl #impl_generics #ident #type_generics #where_clause {
            /// The name of the role.
            #vis const fn as_str(&self) -> &'static ::core::primitive::str {
                #as_str
            }
        }
        #[automatically_derived]
        impl #impl_generics #all_names for #ident #type_generics #where_clause {
            const ALL: &'static [&'static ::core::primitive::str] = &[#(#texts),*];
        }
        #[automatically_derived]
        impl #impl_generics ::core::convert::AsRef<::core::primitive::str>
            for #ident #type_generics #where_clause
        {
            fn as_ref(&self) -> &::core::primitive::str {
                self.as_str()
            }
        }
        #[automatically_derived]
        impl #impl_generics ::core::fmt::Display for #ident #type_generics #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
        #[automatically_derived]
        impl #impl_generics ::core::str::FromStr for #ident #type_generics #where_clause {
            type Err = #unknown_role;

            fn from_str(
                name: &::core::primitive::str,
            ) -> ::core::result::Result<Self, #unknown_role> {
                #from_str
            }
        }
        #serde
        #sqlx
    }
}

/// A role as text, written and read.
fn for_serde(input: &DeriveInput, serde: &Path) -> TokenStream {
    let ident = &input.ident;
    quote! {
        #[automatically_derived]
        impl #serde::Serialize for #ident {
            fn serialize<S: #serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        #[automatically_derived]
        impl<'de> #serde::Deserialize<'de> for #ident {
            fn deserialize<D: #serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let name = <::std::string::String as #serde::Deserialize>::deserialize(deserializer)?;
                ::core::str::FromStr::from_str(&name).map_err(#serde::de::Error::custom)
            }
        }
    }
}

/// A role as a column of text, written and read.
fn for_sqlx(input: &DeriveInput, sqlx: &Path) -> TokenStream {
    let ident = &input.ident;
    quote! {
        #[automatically_derived]
        impl<DB: #sqlx::Database> #sqlx::Type<DB> for #ident
        where
            ::core::primitive::str: #sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <::core::primitive::str as #sqlx::Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> ::core::primitive::bool {
                <::core::primitive::str as #sqlx::Type<DB>>::compatible(ty)
            }
        }
        #[automatically_derived]
        impl<'q, DB: #sqlx::Database> #sqlx::Encode<'q, DB> for #ident
        where
            &'q ::core::primitive::str: #sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut DB::ArgumentBuffer,
            ) -> ::core::result::Result<#sqlx::encode::IsNull, #sqlx::error::BoxDynError> {
                let name: &'q ::core::primitive::str = self.as_str();
                #sqlx::Encode::<'q, DB>::encode_by_ref(&name, buffer)
            }
        }
        #[automatically_derived]
        impl<'r, DB: #sqlx::Database> #sqlx::Decode<'r, DB> for #ident
        where
            &'r ::core::primitive::str: #sqlx::Decode<'r, DB>,
        {
            fn decode(
                value: DB::ValueRef<'r>,
            ) -> ::core::result::Result<Self, #sqlx::error::BoxDynError> {
                let name = <&'r ::core::primitive::str as #sqlx::Decode<'r, DB>>::decode(value)?;
                ::core::result::Result::Ok(::core::str::FromStr::from_str(name)?)
            }
        }
    }
}
