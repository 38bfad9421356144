use super::Environment;

/// How far somebody reaches into an environment. Always shown by fill, icon and word together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Neither sees nor changes values.
    None,
    /// Sees values.
    ReadOnly,
    /// Sees and changes values.
    Full,
}

impl Access {
    /// All, in the order of a segmented control.
    pub const ALL: [Self; 3] = [Self::Full, Self::ReadOnly, Self::None];

    /// What forms and the API call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ReadOnly => "readOnly",
            Self::None => "none",
        }
    }

    /// Reads a form; whatever is unknown is no access.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|access| access.name().eq_ignore_ascii_case(text)).unwrap_or(Self::None)
    }

    /// Whether it is that one.
    pub fn is(self, other: &Self) -> bool {
        self == *other
    }

    /// The word on a page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "Full",
            Self::ReadOnly => "Read-only",
            Self::None => "No access",
        }
    }

    /// Its icon.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Full => "pencil",
            Self::ReadOnly => "eye",
            Self::None => "lock",
        }
    }

    /// Its class name.
    pub fn class(self) -> &'static str {
        match self {
            Self::Full => "is-full",
            Self::ReadOnly => "is-read",
            Self::None => "is-none",
        }
    }
}

/// How far somebody, or a group, reaches into one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Where.
    pub environment: Environment,
    /// How far.
    pub access: Access,
}

impl From<crate::authz::Access> for Access {
    fn from(access: crate::authz::Access) -> Self {
        match access {
            crate::authz::Access::None => Self::None,
            crate::authz::Access::ReadOnly => Self::ReadOnly,
            crate::authz::Access::Full => Self::Full,
        }
    }
}
