//! What an import does, or would do.

use std::collections::BTreeMap;

/// A kind of thing that a document tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // each is what it is called
pub enum Thing {
    Team,
    Product,
    Environment,
    Tag,
    Segment,
    Config,
    SdkKey,
    Setting,
    Value,
    Group,
    Webhook,
    Invitation,
}

impl Thing {
    /// As programs write it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Product => "product",
            Self::Environment => "environment",
            Self::Tag => "tag",
            Self::Segment => "segment",
            Self::Config => "config",
            Self::SdkKey => "sdkKey",
            Self::Setting => "setting",
            Self::Value => "value",
            Self::Group => "permissionGroup",
            Self::Webhook => "webhook",
            Self::Invitation => "invitation",
        }
    }

    /// As people read it, one or many of them.
    pub const fn name(self, one: bool) -> &'static str {
        match (self, one) {
            (Self::Team, true) => "team",
            (Self::Team, false) => "teams",
            (Self::Product, true) => "product",
            (Self::Product, false) => "products",
            (Self::Environment, true) => "environment",
            (Self::Environment, false) => "environments",
            (Self::Tag, true) => "tag",
            (Self::Tag, false) => "tags",
            (Self::Segment, true) => "segment",
            (Self::Segment, false) => "segments",
            (Self::Config, true) => "config",
            (Self::Config, false) => "configs",
            (Self::SdkKey, true) => "SDK key",
            (Self::SdkKey, false) => "SDK keys",
            (Self::Setting, true) => "flag or setting",
            (Self::Setting, false) => "flags and settings",
            (Self::Value, true) => "value",
            (Self::Value, false) => "values",
            (Self::Group, true) => "permission group",
            (Self::Group, false) => "permission groups",
            (Self::Webhook, true) => "webhook",
            (Self::Webhook, false) => "webhooks",
            (Self::Invitation, true) => "invitation",
            (Self::Invitation, false) => "invitations",
        }
    }
}

/// Something that is created.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// What it is.
    pub thing: Thing,
    /// Where the document tells of it.
    pub place: String,
    /// What it is called.
    pub name: String,
    /// What it is in: the product, or the config.
    pub within: String,
}

/// Something that stands in the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Where the document tells of it.
    pub place: String,
    /// What stands in the way.
    pub message: String,
}

/// An id that is not free: another one is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// What has it.
    pub thing: Thing,
    /// Where the document tells of it.
    pub place: String,
    /// The id in the document.
    pub wanted: String,
    /// The id that it has here.
    pub given: String,
}

/// What an import does, or would do.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What is created.
    pub made: Vec<Made>,
    /// How much is there already, just so.
    pub present: BTreeMap<Thing, usize>,
    /// What stands in the way: as long as anything does, nothing is imported.
    pub conflicts: Vec<Conflict>,
    /// Ids that are not free, and those that are given instead.
    pub given: Vec<Given>,
    /// Addresses that cannot be invited here, and why.
    pub not_invited: Vec<(String, String)>,
}

impl Outcome {
    /// How many things of a kind are created.
    pub fn count(&self, thing: Thing) -> usize {
        self.made.iter().filter(|made| made.thing == thing).count()
    }

    /// What is created, by kind.
    pub fn counts(&self) -> BTreeMap<Thing, usize> {
        self.made.iter().fold(BTreeMap::new(), |mut counts, made| {
            *counts.entry(made.thing).or_default() += 1;
            counts
        })
    }

    pub(super) fn make(&mut self, thing: Thing, place: &str, name: &str, within: &str) {
        self.made.push(Made { thing, place: place.to_owned(), name: name.to_owned(), within: within.to_owned() });
    }

    pub(super) fn present(&mut self, thing: Thing) {
        *self.present.entry(thing).or_default() += 1;
    }

    pub(super) fn conflict(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.conflicts.push(Conflict { place: place.into(), message: message.into() });
    }
}

/// Counts in words: “2 configs, 1 flag or setting”.
pub fn counted(counts: &BTreeMap<Thing, usize>) -> String {
    let one = |(thing, count): (&Thing, &usize)| format!("{count} {}", thing.name(*count == 1));
    counts.iter().map(one).collect::<Vec<_>>().join(", ")
}
