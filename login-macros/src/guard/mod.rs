//! The guards: `#[login_required]` and its family.
//!
//! A guard becomes the first parameter of the handler, so axum extracts it before everything else
//! (`_: LoginRequired`). A guard on a handler that already starts with guards joins them:
//! attributes expand from the outermost inwards, so each one sees the parameter that the one above
//! it made, and the parameter becomes `Both<_, _>`, nested where there are more than two. It is ordered: the
//! login first, since it may say how the user is found; then rights; freshness last, since a new
//! password entry is no use to somebody without the right.

pub(crate) mod fresh_login_required;
mod kind;
pub(crate) mod login_required;
pub(crate) mod public;
pub(crate) mod rights;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{FnArg, GenericArgument, Pat, PathArguments, Signature, Type, TypePath, parse_quote};

pub(crate) use self::kind::Kind;
use crate::{args::Runtime, diagnostics::Diagnostics, function::Function};

/// How many arguments a handler may have beside its guards: axum's 16 less one.
const MOST_ARGUMENTS: usize = 15;

/// The runtime's type around two guards.
const BOTH: &str = "Both";

/// A guard attribute whose arguments have been read.
struct Guard {
    kind: Kind,
    /// The type of the guard, in full.
    ty: TokenStream,
    /// The path of the type around two guards.
    both: TokenStream,
}

impl Guard {
    fn new(kind: Kind, arguments: &TokenStream, user: Option<&Type>, runtime: &Runtime) -> Self {
        Self {
            kind,
            ty: runtime.guard(kind.type_name(), arguments, user),
            both: runtime.private(BOTH),
        }
    }

    /// Puts the guard in front of the handler's parameters.
    fn attach(self, item: TokenStream, diagnostics: &mut Diagnostics) -> TokenStream {
        let parsed = Function::parse(self.kind.attribute(), item.clone());
        let Some(mut handler) = diagnostics.absorb(parsed) else {
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
            match (self.kind, other.kind) {
                (this, _) if self.repeats(other) => diagnostics.error(
                    Span::call_site(),
                    format_args!(
                        "`#[{}]` stands here twice: remove one of them",
                        this.attribute()
                    ),
                ),
                (Kind::LoginRequired, Kind::FreshLoginRequired) => diagnostics.error(
                    Span::call_site(),
                    "`#[fresh_login_required]` already demands a login: remove `#[login_required]`",
                ),
                (Kind::FreshLoginRequired, Kind::LoginRequired) => diagnostics.error_over(
                    &other.ty,
                    "`#[fresh_login_required]` already demands a login: remove `#[login_required]`",
                ),
                (Kind::Public, guard) | (guard, Kind::Public) => diagnostics.error(
                    Span::call_site(),
                    format_args!(
                        "`#[public]` contradicts `#[{}]`: keep the one that is meant",
                        guard.attribute()
                    ),
                ),
                _ => {}
            }
        }
    }

    /// Whether this says what `other` has said. Another list of names is a demand of its own.
    fn repeats(&self, other: &Present) -> bool {
        let same = || self.ty.to_string() == other.ty.to_token_stream().to_string();
        self.kind == other.kind && (!self.kind.takes_names() || same())
    }

    fn insert(self, sig: &mut Signature, present: &[Present]) {
        let (ty, both) = (self.ty, self.both);
        if present.is_empty() {
            sig.inputs.insert(0, parse_quote!(_: #ty));
            return;
        }
        let rank = self.kind.rank();
        let at = present.partition_point(|guard| guard.kind.rank() <= rank);
        let mut types: Vec<_> = present
            .iter()
            .map(|guard| guard.ty.to_token_stream())
            .collect();
        types.insert(at, ty);
        let nested = types
            .into_iter()
            .rev()
            .reduce(|rest, first| quote!(#both<#first, #rest>));
        sig.inputs[0] = parse_quote!(_: #nested);
    }
}

/// A guard that an attribute further out has put there.
struct Present {
    kind: Kind,
    ty: Type,
}

/// The guards of the first parameter, if that is what it is.
fn present(sig: &Signature) -> Vec<Present> {
    let mut guards = Vec::new();
    if let Some(FnArg::Typed(first)) = sig.inputs.first()
        && let Pat::Wild(_) = *first.pat
        && collect(&first.ty, &mut guards).is_none()
    {
        guards.clear();
    }
    guards
}

/// Adds the guards that a type is, or answers `None` where it is none that an attribute writes.
fn collect(ty: &Type, guards: &mut Vec<Present>) -> Option<()> {
    let Type::Path(path) = ty else { return None };
    let name = private_name(path)?;
    if let Some(kind) = Kind::of_type(&name) {
        guards.push(Present {
            kind,
            ty: ty.clone(),
        });
        return Some(());
    }
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    (name == BOTH).then_some(())?;
    arguments
        .args
        .iter()
        .try_for_each(|argument| match argument {
            GenericArgument::Type(inner) => collect(inner, guards),
            _ => None,
        })
}

/// The last name of a path through `__private`. Only expansions write one, so it cannot be the path
/// of a user's type.
fn private_name(path: &TypePath) -> Option<String> {
    let mut segments = path.path.segments.iter().rev();
    let name = &segments.next()?.ident;
    let module = &segments.next()?.ident;
    (module == "__private").then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens as _, quote};
    use syn::{Signature, parse_quote};

    use super::{Guard, Kind, present};

    #[test]
    fn guards_join_in_one_parameter() {
        let mut sig: Signature = parse_quote!(async fn page(user: LoggedIn<User>));
        for (kind, ty) in [
            (
                Kind::LoginRequired,
                quote!(::login_runtime::__private::LoginRequired),
            ),
            (
                Kind::FreshLoginRequired,
                quote!(crate::login::__private::FreshLoginRequired<600>),
            ),
            (
                Kind::RolesRequired,
                quote!(::login_runtime::__private::RolesRequired<PackedText<1, 2, 3, 4>>),
            ),
            (
                Kind::LoginRequired,
                quote!(::login_runtime::__private::LoginRequired<Admin>),
            ),
        ] {
            let before = present(&sig);
            let both = quote!(::login_runtime::__private::Both);
            Guard { kind, ty, both }.insert(&mut sig, &before);
        }
        let expected: Signature = parse_quote! {
            async fn page(
                _: ::login_runtime::__private::Both<
                    ::login_runtime::__private::LoginRequired,
                    ::login_runtime::__private::Both<
                        ::login_runtime::__private::LoginRequired<Admin>,
                        ::login_runtime::__private::Both<
                            ::login_runtime::__private::RolesRequired<PackedText<1, 2, 3, 4>>,
                            crate::login::__private::FreshLoginRequired<600>
                        >
                    >
                >,
                user: LoggedIn<User>
            )
        };
        assert_eq!(
            sig.to_token_stream().to_string(),
            expected.to_token_stream().to_string()
        );
        let kinds = present(&sig).into_iter().map(|guard| guard.kind);
        let expected = [
            Kind::LoginRequired,
            Kind::LoginRequired,
            Kind::RolesRequired,
            Kind::FreshLoginRequired,
        ];
        assert!(kinds.eq(expected));
    }

    #[test]
    fn a_users_own_first_parameter_is_no_guard() {
        for sig in [
            parse_quote!(async fn page()),
            parse_quote!(async fn page(_: LoginRequired)),
            parse_quote!(async fn page(_: ())),
            parse_quote!(async fn page(_: (::login_runtime::__private::LoginRequired,))),
            parse_quote!(async fn page(_: ::login_runtime::__private::Both<::login_runtime::__private::LoginRequired, Mine>)),
            parse_quote!(async fn page(_: Both<::login_runtime::__private::LoginRequired, ::login_runtime::__private::Public>)),
            parse_quote!(async fn page(guard: ::login_runtime::__private::LoginRequired)),
            parse_quote!(async fn page(_: ::login_runtime::__private::Bearer)),
        ] {
            assert!(present(&sig).is_empty(), "{}", sig.to_token_stream());
        }
    }
}
