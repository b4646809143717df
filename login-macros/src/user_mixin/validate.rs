//! The rules: one id, at most one active flag, and exactly one choice about the auth hash.

use syn::{Generics, Ident, LitStr, Member, Path};

use super::parse::{Field, Input, Shape};
use crate::{
    args::{Runtime, Slot},
    diagnostics::Diagnostics,
};

/// A user that is in order, or as much of it as is.
pub(crate) struct User<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) runtime: &'a Runtime,
    /// What `kind = ".."` says, if anything.
    pub(crate) kind: Option<&'a LitStr>,
    /// Absent only beside an error.
    pub(crate) id: Option<&'a Field>,
    pub(crate) active: Active<'a>,
    pub(crate) auth_hash: AuthHash<'a>,
    pub(crate) roles: Option<&'a Field>,
    pub(crate) permissions: Option<&'a Field>,
}

/// What tells whether the user is active.
pub(crate) enum Active<'a> {
    Always,
    Field(&'a Field),
    /// A function of the field.
    OfField(&'a Path, &'a Field),
    /// A function of the user.
    OfUser(&'a Path),
}

/// What ends the user's other logins when it changes.
pub(crate) enum AuthHash<'a> {
    Field(&'a Field),
    /// `#[login(no_auth_hash)]`: nothing does.
    None,
    /// Beside an error.
    Undecided,
}

impl<'a> User<'a> {
    pub(crate) fn validate(input: &'a Input, diagnostics: &mut Diagnostics) -> Self {
        let (id, active, auth_hash) = match &input.shape {
            Shape::Struct(fields) => (
                id(input, fields, diagnostics),
                active(input, fields, diagnostics),
                auth_hash(input, fields, diagnostics),
            ),
            Shape::Enum(token) => {
                diagnostics.error_over(token, not_a_struct("enum"));
                (None, Active::Always, AuthHash::Undecided)
            }
            Shape::Union(token) => {
                diagnostics.error_over(token, not_a_struct("union"));
                (None, Active::Always, AuthHash::Undecided)
            }
        };
        let (roles, permissions) = match &input.shape {
            Shape::Struct(fields) => (
                one(fields, |field| &field.roles, diagnostics),
                one(fields, |field| &field.permissions, diagnostics),
            ),
            Shape::Enum(_) | Shape::Union(_) => (None, None),
        };
        let Input {
            ident,
            generics,
            runtime,
            ..
        } = input;
        Self {
            ident,
            generics,
            runtime,
            kind: input.kind.value(),
            id,
            active,
            auth_hash,
            roles,
            permissions,
        }
    }
}

fn not_a_struct(word: &str) -> String {
    format!(
        "`#[derive(UserMixin)]` reads the fields of a struct: implement `UserMixin` by hand for this \
         `{word}`"
    )
}

/// The field marked as the id, else the one named `id`.
fn id<'a>(input: &Input, fields: &'a [Field], diagnostics: &mut Diagnostics) -> Option<&'a Field> {
    let named_id = |field: &&Field| matches!(&field.member, Member::Named(name) if name == "id");
    let id = one(fields, |field| &field.id, diagnostics).or_else(|| fields.iter().find(named_id));
    if id.is_none() && input.understood {
        let message = "a user has an id: name a field `id`, or mark one with `#[login(id)]`";
        diagnostics.error_over(&input.ident, message);
    }
    id
}

/// The field or the function that tells whether the user is active, of which there is one.
fn active<'a>(input: &'a Input, fields: &'a [Field], diagnostics: &mut Diagnostics) -> Active<'a> {
    let field = one(fields, |field| &field.active, diagnostics);
    match (field, input.active.value()) {
        (None, None) => Active::Always,
        (None, Some(function)) => Active::OfUser(function),
        (Some(field), None) => match field.active.value() {
            Some(Some(function)) => Active::OfField(function, field),
            _ => Active::Field(field),
        },
        (Some(_), Some(function)) => {
            let message = "`active` is told by a field already: keep one of them";
            diagnostics.error_over(function, message);
            Active::Always
        }
    }
}

/// The field marked as the auth hash, or the word that says that there is none (never neither, so
/// that no application loses "a password change ends other logins" by leaving something out).
fn auth_hash<'a>(
    input: &Input,
    fields: &'a [Field],
    diagnostics: &mut Diagnostics,
) -> AuthHash<'a> {
    let field = one(fields, |field| &field.auth_hash, diagnostics);
    match (field, input.no_auth_hash.key()) {
        (Some(field), None) => AuthHash::Field(field),
        (None, Some(_)) => AuthHash::None,
        (Some(_), Some(key)) => {
            let message = "`no_auth_hash` contradicts the field marked `#[login(auth_hash)]`: keep \
                           one of them";
            diagnostics.error_over(key, message);
            AuthHash::Undecided
        }
        (None, None) => {
            if input.understood {
                diagnostics.error_over(
                    &input.ident,
                    "a password change should end a user's other logins: mark the password hash \
                     with `#[login(auth_hash)]`, or put `#[login(no_auth_hash)]` on the struct",
                );
            }
            AuthHash::Undecided
        }
    }
}

/// The one field with a mark; every further one is an error.
fn one<'a, T: 'a>(
    fields: &'a [Field],
    mark: impl Fn(&Field) -> &Slot<T>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Field> {
    let mut marked = fields.iter().filter(|field| mark(field).key().is_some());
    let first = marked.next();
    for key in marked.filter_map(|field| mark(field).key()) {
        let message = format_args!("`#[login({key})]` marks two fields: keep one of them");
        diagnostics.error_over(key, message);
    }
    first
}
