//! What the macros' expansions name. Not part of the public interface: it changes without notice.

pub use std::{borrow::Cow, string::String};

pub use crate::{
    guard::{
        AnyLogin, Both, FreshLoginRequired, LoginRequired, PermissionsAccepted,
        PermissionsRequired, Public, RolesAccepted, RolesRequired,
    },
    loader::{
        Basic, Bearer, Header, LoaderCredential, LoaderId, LoaderOutput, Query, WithCredential,
    },
    packed::{PackedText, pack},
    user::{
        HasPermissions, HasRoles, UnknownRole, UserMixin,
        all_names::{AllNames, FieldType, ProbedAllNames},
        derive::{AsActive, AsHash, Names, Probe, ProbedHash, ProbedNames, ToId},
    },
};
