//! Roles in a team.

use serde::{Deserialize, Serialize};

use super::permission::{Permission, Permissions};

/// What a person is in a team. The numbers are those of the JSON API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum Role {
    /// In the team only through a product.
    Guest = 5,
    /// Works on projects and devices.
    Member = 30,
    /// Everything in the team.
    Owner = 50,
}

crate::db::column!(Role as i64: |role| role as i64, |number| Role::try_from(number).ok());

impl Role {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guest => "Guest",
            Self::Member => "Member",
            Self::Owner => "Owner",
        }
    }

    /// Reads a role that can be given by inviting or changing: Owner or Member.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "owner" | "50" => Some(Self::Owner),
            "member" | "30" => Some(Self::Member),
            _ => None,
        }
    }

    /// What it includes.
    pub const fn permissions(self) -> Permissions {
        const OWNER: Permissions = Permissions::of_role(Role::Owner);
        const MEMBER: Permissions = Permissions::of_role(Role::Member);
        const GUEST: Permissions = Permissions::of_role(Role::Guest);
        match self {
            Self::Owner => OWNER,
            Self::Member => MEMBER,
            Self::Guest => GUEST,
        }
    }

    /// Whether it includes the permission.
    pub const fn holds(self, permission: Permission) -> bool {
        self.permissions().contains(permission)
    }
}

impl TryFrom<i64> for Role {
    type Error = &'static str;
    fn try_from(number: i64) -> Result<Self, Self::Error> {
        match number {
            5 => Ok(Self::Guest),
            30 => Ok(Self::Member),
            50 => Ok(Self::Owner),
            _ => Err("a role is 30 (Member) or 50 (Owner)"),
        }
    }
}

impl From<Role> for i64 {
    fn from(role: Role) -> Self {
        role as Self
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
