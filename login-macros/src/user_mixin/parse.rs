//! What the struct and its `#[login(..)]` attributes say, right or wrong.

use syn::{
    Attribute, Data, DeriveInput, Error, Generics, Ident, Index, LitStr, Member, Meta, Path,
    Result, Token, Type,
};

use crate::{
    args::{self, Argument, CRATE, Runtime, Slot},
    diagnostics::{Diagnostics, alternatives},
};

const ON_STRUCT: &[&str] = &[
    "`no_auth_hash`",
    "`kind = \"..\"`",
    "`active = function`",
    CRATE,
];
const ON_FIELD: &[&str] = &[
    "`id`",
    "`active`",
    "`auth_hash`",
    "`roles`",
    "`permissions`",
];

/// The derive's input, read but not judged.
pub(crate) struct Input {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) shape: Shape,
    pub(crate) no_auth_hash: Slot<()>,
    pub(crate) kind: Slot<LitStr>,
    /// A function that tells of the user whether it is active.
    pub(crate) active: Slot<Path>,
    pub(crate) runtime: Runtime,
    /// Whether every attribute was: only then is it certain that something is missing.
    pub(crate) understood: bool,
}

pub(crate) enum Shape {
    Struct(Vec<Field>),
    Enum(Token![enum]),
    Union(Token![union]),
}

/// A field and what its attributes make of it.
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) id: Slot<()>,
    /// With the function that tells it from the field, unless the field says so itself.
    pub(crate) active: Slot<Option<Path>>,
    pub(crate) auth_hash: Slot<()>,
    pub(crate) roles: Slot<()>,
    pub(crate) permissions: Slot<()>,
}

impl Input {
    pub(crate) fn parse(input: DeriveInput, diagnostics: &mut Diagnostics) -> Self {
        let mut no_auth_hash = Slot::default();
        let mut kind = Slot::default();
        let mut active = Slot::default();
        let mut runtime = Runtime::default();
        each(
            &input.attrs,
            ON_STRUCT,
            diagnostics,
            |argument| match argument.key.to_string().as_str() {
                "no_auth_hash" => argument
                    .flag()
                    .and_then(|()| no_auth_hash.fill(argument, ())),
                "kind" => {
                    let text = argument.string("\"shop::User\"")?;
                    kind.fill(argument, checked(text)?)
                }
                "active" if !argument.is_bare() => {
                    let function = argument.path("User::may_log_in")?;
                    active.fill(argument, function)
                }
                "crate" => runtime.fill(argument),
                key @ ("id" | "active" | "auth_hash" | "roles" | "permissions") => Err(Error::new(
                    argument.key.span(),
                    format_args!("`{key}` marks a field: put `#[login({key})]` on one"),
                )),
                _ => argument.unknown(),
            },
        );
        let shape = match input.data {
            Data::Struct(data) => {
                let fields = data.fields.into_iter().zip(0..);
                Shape::Struct(
                    fields
                        .map(|(field, at)| Field::parse(field, at, diagnostics))
                        .collect(),
                )
            }
            Data::Enum(data) => Shape::Enum(data.enum_token),
            Data::Union(data) => Shape::Union(data.union_token),
        };
        Self {
            ident: input.ident,
            generics: input.generics,
            shape,
            no_auth_hash,
            kind,
            active,
            runtime,
            understood: diagnostics.is_empty(),
        }
    }
}

impl Field {
    fn parse(field: syn::Field, index: u32, diagnostics: &mut Diagnostics) -> Self {
        let member = match field.ident {
            Some(ident) => Member::Named(ident),
            None => Member::Unnamed(Index::from(index as usize)),
        };
        let mut parsed = Self {
            member,
            ty: field.ty,
            id: Slot::default(),
            active: Slot::default(),
            auth_hash: Slot::default(),
            roles: Slot::default(),
            permissions: Slot::default(),
        };
        each(&field.attrs, ON_FIELD, diagnostics, |argument| {
            let slot = match argument.key.to_string().as_str() {
                "id" => &mut parsed.id,
                "active" if argument.is_bare() => return parsed.active.fill(argument, None),
                "active" => {
                    let function = argument.path("Option::is_none")?;
                    return parsed.active.fill(argument, Some(function));
                }
                "auth_hash" => &mut parsed.auth_hash,
                "roles" => &mut parsed.roles,
                "permissions" => &mut parsed.permissions,
                key @ ("no_auth_hash" | "kind" | "crate") => {
                    return Err(Error::new(
                        argument.key.span(),
                        format_args!("`{key}` is about the whole user: put it on the struct"),
                    ));
                }
                _ => return argument.unknown(),
            };
            argument.flag()?;
            slot.fill(argument, ())
        });
        parsed
    }
}

/// A kind tells the users of one type from those of another, which a blank text cannot.
fn checked(kind: LitStr) -> Result<LitStr> {
    let text = kind.value();
    if text.trim().is_empty() || text.contains(char::is_control) {
        let message = "a kind of users has a name without control characters, as in \"shop::User\"";
        return Err(Error::new(kind.span(), message));
    }
    Ok(kind)
}

/// Reads the arguments of every `#[login(..)]` among the attributes.
fn each(
    attrs: &[Attribute],
    forms: &[&str],
    diagnostics: &mut Diagnostics,
    mut accept: impl FnMut(&Argument<'_>) -> Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("login")) {
        match &attr.meta {
            Meta::List(list) if !list.tokens.is_empty() => {
                args::parse(list.tokens.clone(), forms, diagnostics, &mut accept);
            }
            meta => {
                let expected = alternatives(forms);
                let message = format_args!("expected `#[login(..)]` with {expected} in it");
                diagnostics.error_over(meta, message);
            }
        }
    }
}
