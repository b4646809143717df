//! Which guards there are.

/// A guard attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    LoginRequired,
    FreshLoginRequired,
    Public,
    RolesRequired,
    RolesAccepted,
    PermissionsRequired,
    PermissionsAccepted,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::LoginRequired,
        Self::FreshLoginRequired,
        Self::Public,
        Self::RolesRequired,
        Self::RolesAccepted,
        Self::PermissionsRequired,
        Self::PermissionsAccepted,
    ];

    /// The attribute, as users write it.
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Self::LoginRequired => "login_required",
            Self::FreshLoginRequired => "fresh_login_required",
            Self::Public => "public",
            Self::RolesRequired => "roles_required",
            Self::RolesAccepted => "roles_accepted",
            Self::PermissionsRequired => "permissions_required",
            Self::PermissionsAccepted => "permissions_accepted",
        }
    }

    /// The guard's type among the runtime's private names.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::LoginRequired => "LoginRequired",
            Self::FreshLoginRequired => "FreshLoginRequired",
            Self::Public => "Public",
            Self::RolesRequired => "RolesRequired",
            Self::RolesAccepted => "RolesAccepted",
            Self::PermissionsRequired => "PermissionsRequired",
            Self::PermissionsAccepted => "PermissionsAccepted",
        }
    }

    /// The guard whose type is called so.
    pub(super) fn of_type(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.type_name() == name)
    }

    /// The place among other guards.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::LoginRequired => 0,
            Self::Public
            | Self::RolesRequired
            | Self::RolesAccepted
            | Self::PermissionsRequired
            | Self::PermissionsAccepted => 1,
            Self::FreshLoginRequired => 2,
        }
    }

    /// Whether what it asks for is a list of names.
    pub(super) fn takes_names(self) -> bool {
        match self {
            Self::RolesRequired
            | Self::RolesAccepted
            | Self::PermissionsRequired
            | Self::PermissionsAccepted => true,
            Self::LoginRequired | Self::FreshLoginRequired | Self::Public => false,
        }
    }

    /// A name that the attribute could ask for.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::PermissionsRequired | Self::PermissionsAccepted => "\"orders:write\"",
            _ => "\"admin\"",
        }
    }
}
