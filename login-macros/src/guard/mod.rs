//! The guards: `#[login_required]` and its family.
//!
//! A guard becomes the first parameter of the handler, so axum extracts it before everything else
//! (`_: LoginRequired`). A guard on a handler that already starts with guards joins them:
//! attributes expand from the outermost inwards, so each one sees the parameter that the one above
//! it made, and the parameter becomes a tuple. It is ordered: the login first, since it may say how the
//! user is found; then rights; freshness last, since a new password entry is no use to somebody
//! without the right.

pub(crate) mod fresh_login_required;
pub(crate) mod login_required;
pub(crate) mod public;
pub(crate) mod rights;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{FnArg, Pat, Signature, Type, parse_quote};

use crate::{diagnostics::Diagnostics, handler::Handler};

/// How many arguments a handler may have beside its guards: axum's 16 less one.
const MOST_ARGUMENTS: usize = 15;

/// A guard attribute whose arguments have been read.
struct Guard {
    kind: &'static Kind,
    /// The type of the guard, in full.
    ty: TokenStream,
}

/// What the guards do not share.
pub(crate) struct Kind {
    /// The attribute, as users write it.
    attribute: &'static str,
    /// The guard's type among the runtime's private names.
    name: &'static str,
    /// Whether what it asks for is a list of names.
    takes_names: bool,
}

const LOGIN_REQUIRED: &Kind = &Kind {
    attribute: "login_required",
    name: "LoginRequired",
    takes_names: false,
};
const FRESH_LOGIN_REQUIRED: &Kind = &Kind {
    attribute: "fresh_login_required",
    name: "FreshLoginRequired",
    takes_names: false,
};

const PUBLIC: &Kind = &Kind {
    attribute: "public",
    name: "Public",
    takes_names: false,
};
pub(crate) const ROLES_REQUIRED: &Kind = &Kind {
    attribute: "roles_required",
    name: "RolesRequired",
    takes_names: true,
};
pub(crate) const ROLES_ACCEPTED: &Kind = &Kind {
    attribute: "roles_accepted",
    name: "RolesAccepted",
    takes_names: true,
};
pub(crate) const PERMISSIONS_REQUIRED: &Kind = &Kind {
    attribute: "permissions_required",
    name: "PermissionsRequired",
    takes_names: true,
};
pub(crate) const PERMISSIONS_ACCEPTED: &Kind = &Kind {
    attribute: "permissions_accepted",
    name: "PermissionsAccepted",
    takes_names: true,
};

const KINDS: &[&Kind] = &[
    LOGIN_REQUIRED,
    FRESH_LOGIN_REQUIRED,
    PUBLIC,
    ROLES_REQUIRED,
    ROLES_ACCEPTED,
    PERMISSIONS_REQUIRED,
    PERMISSIONS_ACCEPTED,
];

impl Guard {
    /// Puts the guard in front of the handler's parameters.
    fn attach(self, item: TokenStream, diagnostics: &mut Diagnostics) -> TokenStream {
        let attribute = self.kind.attribute;
        let Some(mut handler) = diagnostics.absorb(Handler::parse(attribute, item.clone())) else {
            return item;
        };
        let present = present(&handler.sig);
        // A handler that cannot be one stays as it is: with a guard in front it would only earn
        // further messages from the compiler.
        let sound = diagnostics.sound(|diagnostics| {
            handler.check("an axum handler", diagnostics);
            handler.check_async("an axum handler", diagnostics);
            handler.check_count(
                usize::from(!present.is_empty()),
                MOST_ARGUMENTS,
                "too many arguments for an axum handler, which takes 16 with its guard",
                diagnostics,
            );
            self.check_beside(&present, diagnostics);
        });
        if sound {
            self.insert(&mut handler.sig, &present);
        }
        handler.into_token_stream()
    }

    /// Names the guards that make no sense beside this one.
    fn check_beside(&self, present: &[Present], diagnostics: &mut Diagnostics) {
        for other in present {
            match (self.kind.attribute, other.kind.attribute) {
                (this, _) if self.repeats(other) => diagnostics.error(
                    Span::call_site(),
                    format_args!("`#[{this}]` stands here twice: remove one of them"),
                ),
                ("login_required", "fresh_login_required") => diagnostics.error(
                    Span::call_site(),
                    "`#[fresh_login_required]` already demands a login: remove `#[login_required]`",
                ),
                ("fresh_login_required", "login_required") => diagnostics.error_over(
                    &other.ty,
                    "`#[fresh_login_required]` already demands a login: remove `#[login_required]`",
                ),
                ("public", guard) | (guard, "public") => diagnostics.error(
                    Span::call_site(),
                    format_args!(
                        "`#[public]` contradicts `#[{guard}]`: keep the one that is meant"
                    ),
                ),
                _ => {}
            }
        }
    }

    /// Whether this says what `other` has said. Another list of names is a demand of its own.
    fn repeats(&self, other: &Present) -> bool {
        let same = || self.ty.to_string() == other.ty.to_token_stream().to_string();
        self.kind.attribute == other.kind.attribute && (!self.kind.takes_names || same())
    }

    fn insert(self, sig: &mut Signature, present: &[Present]) {
        let ty = self.ty;
        if present.is_empty() {
            sig.inputs.insert(0, parse_quote!(_: #ty));
            return;
        }
        let rank = self.kind.rank();
        let at = present.partition_point(|guard| guard.kind.rank() <= rank);
        let (before, after) = present.split_at(at);
        let (before, after) = (types(before), types(after));
        sig.inputs[0] = parse_quote!(_: (#(#before,)* #ty #(, #after)*));
    }
}

impl Kind {
    /// The place of a guard among others.
    fn rank(&self) -> u8 {
        match self.attribute {
            "login_required" => 0,
            "fresh_login_required" => 2,
            _ => 1,
        }
    }
}

/// A guard that an attribute further out has put there.
struct Present {
    kind: &'static Kind,
    ty: Type,
}

fn types(guards: &[Present]) -> impl Iterator<Item = &Type> {
    guards.iter().map(|guard| &guard.ty)
}

/// The guards of the first parameter, if that is what it is.
fn present(sig: &Signature) -> Vec<Present> {
    let Some(FnArg::Typed(first)) = sig.inputs.first() else {
        return Vec::new();
    };
    let Pat::Wild(_) = *first.pat else {
        return Vec::new();
    };
    let types: Vec<&Type> = match &*first.ty {
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        single => vec![single],
    };
    let guards = types.into_iter().map(|ty| {
        Some(Present {
            kind: kind(ty)?,
            ty: ty.clone(),
        })
    });
    guards.collect::<Option<_>>().unwrap_or_default()
}

/// Which guard a type is. Only expansions write `__private`, so that path cannot be a user's type.
fn kind(ty: &Type) -> Option<&'static Kind> {
    let Type::Path(path) = ty else { return None };
    let mut segments = path.path.segments.iter().rev();
    let name = &segments.next()?.ident;
    let module = &segments.next()?.ident;
    KINDS
        .iter()
        .find(|kind| module == "__private" && name == kind.name)
        .copied()
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens as _, quote};
    use syn::{Signature, parse_quote};

    use super::{FRESH_LOGIN_REQUIRED, Guard, LOGIN_REQUIRED, ROLES_REQUIRED, present};

    #[test]
    fn guards_join_in_one_parameter() {
        let mut sig: Signature = parse_quote!(async fn page(user: LoggedIn<User>));
        for (kind, ty) in [
            (
                LOGIN_REQUIRED,
                quote!(::login_runtime::__private::LoginRequired),
            ),
            (
                FRESH_LOGIN_REQUIRED,
                quote!(crate::login::__private::FreshLoginRequired<600>),
            ),
            (
                ROLES_REQUIRED,
                quote!(::login_runtime::__private::RolesRequired<1, 2, 3, 4>),
            ),
            (
                LOGIN_REQUIRED,
                quote!(::login_runtime::__private::LoginRequired<Admin>),
            ),
        ] {
            let before = present(&sig);
            Guard { kind, ty }.insert(&mut sig, &before);
        }
        let expected: Signature = parse_quote! {
            async fn page(
                _: (
                    ::login_runtime::__private::LoginRequired,
                    ::login_runtime::__private::LoginRequired<Admin>,
                    ::login_runtime::__private::RolesRequired<1, 2, 3, 4>,
                    crate::login::__private::FreshLoginRequired<600>
                ),
                user: LoggedIn<User>
            )
        };
        assert_eq!(
            sig.to_token_stream().to_string(),
            expected.to_token_stream().to_string()
        );
        let names = present(&sig).into_iter().map(|guard| guard.kind.attribute);
        let expected = [
            "login_required",
            "login_required",
            "roles_required",
            "fresh_login_required",
        ];
        assert!(names.eq(expected));
    }

    #[test]
    fn a_users_own_first_parameter_is_no_guard() {
        for sig in [
            parse_quote!(async fn page()),
            parse_quote!(async fn page(_: LoginRequired)),
            parse_quote!(async fn page(_: ())),
            parse_quote!(async fn page(_: (::login_runtime::__private::LoginRequired, String))),
            parse_quote!(async fn page(guard: ::login_runtime::__private::LoginRequired)),
            parse_quote!(async fn page(_: ::login_runtime::__private::Bearer)),
        ] {
            assert!(present(&sig).is_empty(), "{}", sig.to_token_stream());
        }
    }
}
