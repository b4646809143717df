#![no_implicit_prelude]

use ::login_runtime::{Role, UserMixin};

mod core {}
mod std {}

/// What a user may be.
#[derive(Clone, Copy, Debug, PartialEq, Role)]
#[role(crate = ::login_runtime)]
pub enum Rank {
    /// Everything.
    Admin,
    DeskEditor,
    #[role(name = "read-only")]
    Guest,
    r#Raw,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
    #[login(roles)]
    roles: [Rank; 2],
}

fn main() {
    ::std::assert_eq!(Rank::DeskEditor.as_str(), "desk_editor");
    ::std::assert_eq!(Rank::r#Raw.as_str(), "raw");
    ::std::assert_eq!("read-only".parse::<Rank>(), ::core::result::Result::Ok(Rank::Guest));
    ::std::assert!("guest".parse::<Rank>().is_err());
    let user = User { id: 1, roles: [Rank::Admin, Rank::Guest] };
    ::std::assert_eq!(user.get_id(), "1");
    ::std::assert_eq!(user.has_role("read-only"), ::core::option::Option::Some(true));
    ::std::assert_eq!(user.has_role("raw"), ::core::option::Option::Some(false));
    ::std::assert_eq!(user.has_permission("raw"), ::core::option::Option::None);
}
