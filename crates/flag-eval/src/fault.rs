//! What can be wrong with a config.

use std::{error::Error, fmt};

use crate::{
    comparator::{Comparator, Field},
    cycles::Cycle,
    model::Kind,
};

/// What is wrong with a config, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Defect {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub fault: Fault,
}

/// A place in a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a setting.
    Setting {
        /// The setting’s key.
        key: String,
        /// The position of the rule.
        rule: Option<usize>,
        /// The position of the condition in the rule.
        condition: Option<usize>,
    },
    /// In a segment.
    Segment {
        /// The segment’s position.
        segment: usize,
        /// The position of the condition.
        condition: Option<usize>,
    },
}

/// What is wrong with a part of a config. An evaluation that comes to it fails.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A value is not of the setting’s type.
    ValueType {
        /// The setting’s type.
        wanted: Kind,
        /// The value’s type.
        found: Kind,
    },
    /// A whole number is larger than all clients can read.
    IntTooLarge,
    /// A decimal number is infinite or none at all.
    NotFinite,
    /// The percentages do not add up to 100.
    Percentages {
        /// What they add up to.
        sum: u32,
    },
    /// A rule has no conditions: some clients let it match everybody and some nobody.
    NoConditions,
    /// The comparator takes another type of comparison value.
    ComparisonType {
        /// The comparator.
        comparator: Comparator,
        /// What it takes.
        wanted: Field,
    },
    /// A comparison value is no semantic version: the condition is never true.
    NotAVersion,
    /// A comparison value of a sensitive comparator is not hashed, or not as this comparator wants it.
    NotAHash,
    /// There is no segment at this position.
    NoSegment {
        /// The position.
        segment: usize,
    },
    /// A segment has no name.
    SegmentWithoutName,
    /// There is no setting with this key.
    NoPrerequisite {
        /// The key.
        key: String,
    },
    /// A prerequisite is compared with a value of another type than its own.
    PrerequisiteType {
        /// The key of the prerequisite.
        key: String,
        /// Its type.
        wanted: Kind,
        /// The value’s type.
        found: Kind,
    },
    /// Settings wait for each other.
    Cycle(Cycle),
    /// More prerequisites wait for each other than are followed.
    ChainTooLong {
        /// How many are followed.
        limit: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ValueType { wanted, found } => write!(f, "the setting is of type {wanted}, but the value is of type {found}"),
            Self::IntTooLarge => f.write_str("the whole number is larger than all clients can read"),
            Self::NotFinite => f.write_str("the number is not finite"),
            Self::Percentages { sum } => write!(f, "the percentages add up to {sum} instead of 100"),
            Self::NoConditions => f.write_str("the rule has no conditions"),
            Self::ComparisonType { comparator, wanted } => {
                write!(f, "the comparator {} needs its comparison value in `{}`", comparator.name(), wanted.key())
            }
            Self::NotAVersion => f.write_str("a comparison value is no semantic version"),
            Self::NotAHash => f.write_str("a comparison value is not hashed as the comparator needs it"),
            Self::NoSegment { segment } => write!(f, "there is no segment {segment}"),
            Self::SegmentWithoutName => f.write_str("the segment has no name"),
            Self::NoPrerequisite { key } => write!(f, "the prerequisite '{key}' does not exist"),
            Self::PrerequisiteType { key, wanted, found } => {
                write!(f, "the prerequisite '{key}' is of type {wanted}, but is compared with a value of type {found}")
            }
            Self::Cycle(cycle) => write!(f, "these wait for each other: {cycle}"),
            Self::ChainTooLong { limit } => write!(f, "more than {limit} prerequisites wait for each other"),
        }
    }
}

impl Error for Fault {}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { key, rule: None, .. } => write!(f, "setting '{key}'"),
            Self::Setting { key, rule: Some(rule), condition: None } => write!(f, "setting '{key}', rule {}", rule + 1),
            Self::Setting { key, rule: Some(rule), condition: Some(condition) } => {
                write!(f, "setting '{key}', rule {}, condition {}", rule + 1, condition + 1)
            }
            Self::Segment { segment, condition: None } => write!(f, "segment {}", segment + 1),
            Self::Segment { segment, condition: Some(condition) } => write!(f, "segment {}, condition {}", segment + 1, condition + 1),
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl Error for Defect {}

/// All that is wrong with a config.
#[derive(Debug, Clone, PartialEq)]
pub struct Defects(pub Vec<Defect>);

impl fmt::Display for Defects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, defect) in self.0.iter().enumerate() {
            write!(f, "{}{defect}", if at == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl Error for Defects {}
