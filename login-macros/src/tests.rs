//! Expansions as snapshots, and what no snapshot can show.
//!
//! Each `snapshots/<macro>/<name>.rs` is what a user writes, with the macro's attribute first;
//! `<name>.expanded.rs` beside it is what comes out. `BLESS=1 cargo test -p login-macros` writes
//! the latter anew, for a person to read.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use crate::{guard, loader, user_mixin};

/// Calls the macro of that name.
fn expand(name: &str, args: TokenStream, item: TokenStream) -> TokenStream {
    match name {
        "login_required" => guard::login_required::expand(args, item),
        "fresh_login_required" => guard::fresh_login_required::expand(args, item),
        "public" => guard::public::expand(args, item),
        "roles_required" => guard::rights::expand(guard::Kind::RolesRequired, args, item),
        "roles_accepted" => guard::rights::expand(guard::Kind::RolesAccepted, args, item),
        "permissions_required" => {
            guard::rights::expand(guard::Kind::PermissionsRequired, args, item)
        }
        "permissions_accepted" => {
            guard::rights::expand(guard::Kind::PermissionsAccepted, args, item)
        }
        "user_loader" => loader::user_loader::expand(args, item),
        "request_loader" => loader::request_loader::expand(args, item),
        unknown => panic!("no macro is called {unknown}"),
    }
}

/// Expands our attributes from the outermost inwards, as the compiler does.
fn expand_all(source: TokenStream) -> TokenStream {
    let names = [
        "login_required",
        "fresh_login_required",
        "public",
        "roles_required",
        "roles_accepted",
        "permissions_required",
        "permissions_accepted",
        "user_loader",
        "request_loader",
    ];
    let tokens: Vec<TokenTree> = source.into_iter().collect();
    for (at, pair) in tokens.windows(2).enumerate() {
        let [TokenTree::Punct(hash), TokenTree::Group(brackets)] = pair else {
            continue;
        };
        if hash.as_char() != '#' || brackets.delimiter() != Delimiter::Bracket {
            continue;
        }
        let mut inside = brackets.stream().into_iter();
        let Some(TokenTree::Ident(name)) = inside.next() else {
            continue;
        };
        let name = name.to_string();
        if !names.contains(&name.as_str()) {
            continue;
        }
        let args = match inside.next() {
            Some(TokenTree::Group(args)) => args.stream(),
            _ => TokenStream::new(),
        };
        let item = tokens[..at]
            .iter()
            .chain(&tokens[at + 2..])
            .cloned()
            .collect();
        return expand_all(expand(&name, args, item));
    }
    tokens.into_iter().collect()
}

#[test]
fn snapshots() {
    let bless = env::var_os("BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots");
    let mut checked = 0;
    for written in sources(&folder) {
        let source: TokenStream = fs::read_to_string(&written).unwrap().parse().unwrap();
        let expanded = if written
            .parent()
            .is_some_and(|parent| parent.ends_with("user_mixin"))
        {
            user_mixin::expand(source)
        } else {
            expand_all(source)
        };
        let pretty = prettyplease::unparse(&syn::parse2(expanded).unwrap());
        let snapshot = written.with_extension("expanded.rs");
        if bless {
            fs::write(&snapshot, &pretty).unwrap();
        }
        let kept = fs::read_to_string(&snapshot).unwrap_or_default();
        assert_eq!(
            kept,
            pretty,
            "{} has changed: run with BLESS=1",
            snapshot.display()
        );
        checked += 1;
    }
    assert!(
        checked >= 20,
        "only {checked} snapshots found in {}",
        folder.display()
    );
}

/// The files that users could have written, in every folder of `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut entries: Vec<PathBuf> = entries.collect();
        entries.sort();
        entries
    };
    let files = list(folder).into_iter().flat_map(|folder| list(&folder));
    files
        .filter(|file| !file.to_string_lossy().ends_with(".expanded.rs"))
        .collect()
}

/// The messages of the `compile_error!`s in front of an expansion, and the rest of it.
fn errors(expanded: TokenStream) -> (Vec<String>, TokenStream) {
    let mut tokens: Vec<TokenTree> = expanded.into_iter().collect();
    let mut messages = Vec::new();
    // ::core::compile_error! { "message" }
    while matches!(tokens.get(5), Some(TokenTree::Ident(name)) if name == "compile_error") {
        let rest = tokens.split_off(8);
        let TokenTree::Group(message) = &tokens[7] else {
            panic!("no message: {tokens:?}")
        };
        let message: syn::LitStr = syn::parse2(message.stream()).unwrap();
        messages.push(message.value());
        tokens = rest;
    }
    (messages, tokens.into_iter().collect())
}

fn same(left: &TokenStream, right: &TokenStream) {
    assert_eq!(left.to_string(), right.to_string());
}

#[test]
fn a_half_written_body_comes_back_as_it_is() {
    for body in [
        quote!({ user. }),
        quote!({ let name = ; session.login_user(&).}),
        quote!({ if let Some(user) = user. { } else }),
        quote!({ match user { User { name, .. } => } }),
        quote!({ format!("{}", user.name +) fn let }),
    ] {
        let written = quote!(pub async fn page(user: LoggedIn<User>) -> String);
        let (messages, item) = errors(expand("login_required", quote!(), quote!(#written #body)));
        assert_eq!(messages, [""; 0]);
        same(
            &item,
            &quote! {
                pub async fn page(
                    _: ::login_runtime::__private::LoginRequired,
                    user: LoggedIn<User>
                ) -> String #body
            },
        );
        let written = quote!(async fn load(token: String) -> Option<User>);
        let (messages, item) = errors(expand(
            "request_loader",
            quote!(bearer),
            quote!(#written #body),
        ));
        assert_eq!(messages, [""; 0]);
        assert!(
            item.to_string().contains(&body.to_string()),
            "{item} has lost {body}"
        );
    }
}

#[test]
fn the_item_comes_back_beside_every_error() {
    for (name, args, item) in [
        (
            "login_required",
            quote!(nonsense),
            quote!(
                struct Nobody {
                    id: i64,
                }
            ),
        ),
        (
            "login_required",
            quote!(),
            quote!(async fn page(user: , mut) -> {}),
        ),
        (
            "login_required",
            quote!(),
            quote!(impl Pages { async fn show() {} }),
        ),
        (
            "login_required",
            quote!(),
            quote!(
                fn page() -> &'static str {
                    "hi"
                }
            ),
        ),
        (
            "fresh_login_required",
            quote!(within = "soon"),
            quote!(
                const fn page(&self) {}
            ),
        ),
        (
            "user_loader",
            quote!(),
            quote!(
                async fn load() -> Option<User> {
                    None
                }
            ),
        ),
        (
            "user_loader",
            quote!(bearer),
            quote!(
                static LOADER: u8 = 0;
            ),
        ),
        (
            "request_loader",
            quote!(basic),
            quote!(
                async fn load(token: String) -> Option<User> {
                    None
                }
            ),
        ),
        (
            "request_loader",
            quote!(header = "cookie"),
            quote!(
                fn load() -> String {
                    String::new()
                }
            ),
        ),
    ] {
        let (messages, rest) = errors(expand(name, args, item.clone()));
        assert!(!messages.is_empty(), "{name} accepts {item}");
        same(&rest, &item);
    }
}

#[test]
fn all_errors_come_at_once() {
    let item = quote!(
        const unsafe extern "C" fn page(&self) -> String {
            String::new()
        }
    );
    let args = quote!(within = "0s", user = 7, nonsense, within "10m", within);
    let (messages, rest) = errors(expand("fresh_login_required", args, item.clone()));
    assert_eq!(messages.len(), 10, "{messages:#?}");
    same(&rest, &item);
}
