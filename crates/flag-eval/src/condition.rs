//! Conditions on attributes, made ready to be asked often.

use std::{cmp::Ordering, collections::HashSet};

use semver::Version;

use crate::{
    attribute::version,
    comparator::Comparator,
    fault::Fault,
    hash::{self, Hash},
    model::{ComparisonValue, UserCondition},
    user::{Attribute, User},
};

/// A condition on an attribute.
#[derive(Debug)]
pub(crate) struct UserTest {
    pub(crate) attribute: Box<str>,
    pub(crate) comparator: Comparator,
    negated: bool,
    test: Test,
}

/// Why a condition cannot be evaluated. Its rule is passed over then, also when the condition is the denial of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Why {
    /// There is no user.
    NoUser,
    /// The user has no such attribute, or an empty text.
    Missing,
    /// The attribute is no semantic version.
    NotAVersion,
    /// The attribute is no number.
    NotANumber,
    /// The attribute is no date.
    NotADate,
    /// The attribute is no list of texts.
    NotAList,
}

/// What a condition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It is true.
    True,
    /// It is false.
    False,
    /// It says nothing.
    CannotEvaluate(Why),
}

impl From<bool> for Verdict {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// What is asked, without its denial.
#[derive(Debug)]
enum Test {
    OneOf(Texts),
    Contains(Box<[Box<str>]>),
    Starts(Box<[Box<str>]>),
    Ends(Box<[Box<str>]>),
    /// `None` when one of them is no version: neither the question nor its denial is true then.
    VersionOneOf(Option<Box<[Version]>>),
    Version(Order, Option<Box<Version>>),
    Number(Order, f64),
    Date(Order, f64),
    List(Texts),
    HashedOneOf(Hashes),
    HashedSlice(HashedSlices),
    HashedList(Hashes),
    /// The comparison value is none for this comparator.
    Faulty(Fault),
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// `None` is what compares with nothing, NaN.
    fn holds(self, ordering: Option<Ordering>) -> bool {
        match self {
            Self::Equal => ordering == Some(Ordering::Equal),
            Self::Less => ordering == Some(Ordering::Less),
            Self::LessOrEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => ordering == Some(Ordering::Greater),
            Self::GreaterOrEqual => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// A set of texts; a short one is faster to go through.
#[derive(Debug)]
enum Texts {
    Few(Box<[Box<str>]>),
    Many(HashSet<Box<str>>),
}

const FEW: usize = 12;

impl Texts {
    fn new(texts: Box<[Box<str>]>) -> Self {
        if texts.len() <= FEW { Self::Few(texts) } else { Self::Many(texts.into_iter().collect()) }
    }

    fn contains(&self, text: &str) -> bool {
        match self {
            Self::Few(texts) => texts.iter().any(|own| **own == *text),
            Self::Many(texts) => texts.contains(text),
        }
    }
}

/// A sorted set of hashes with what goes into them.
#[derive(Debug)]
struct Hashes {
    suffix: Box<[u8]>,
    hashes: Box<[Hash]>,
}

impl Hashes {
    fn contains(&self, value: &[u8]) -> bool {
        self.hashes.binary_search(&hash::digest(value, &self.suffix)).is_ok()
    }
}

/// Hashes of starts or ends, by their length in bytes.
#[derive(Debug)]
struct HashedSlices {
    from_the_end: bool,
    by_length: Box<[(usize, Hashes)]>,
    /// Is there one that cannot be read? It fails an evaluation to which those before it have said no.
    broken: bool,
}

impl HashedSlices {
    fn matches(&self, text: &[u8]) -> Result<bool, Fault> {
        let found = self.by_length.iter().any(|(length, hashes)| {
            let slice =
                if self.from_the_end { text.len().checked_sub(*length).and_then(|start| text.get(start..)) } else { text.get(..*length) };
            slice.is_some_and(|slice| hashes.contains(slice))
        });
        if !found && self.broken { Err(Fault::NotAHash) } else { Ok(found) }
    }
}

impl UserTest {
    /// Makes a condition ready; `found` is told what is wrong with it.
    pub(crate) fn new(condition: &UserCondition, salt: &str, context: &str, found: &mut impl FnMut(Fault)) -> Self {
        let comparator = condition.comparator;
        let test = Test::new(condition, salt, context, found);
        Self { attribute: condition.attribute.as_str().into(), comparator, negated: comparator.is_negated(), test }
    }

    /// Asks it about a user.
    #[inline]
    pub(crate) fn ask(&self, user: Option<&dyn User>) -> Result<Verdict, Fault> {
        let Some(user) = user else { return Ok(Verdict::CannotEvaluate(Why::NoUser)) };
        match user.attribute(&self.attribute) {
            Some(attribute) if !attribute.is_empty() => self.about(&attribute),
            _ => Ok(Verdict::CannotEvaluate(Why::Missing)),
        }
    }

    fn about(&self, attribute: &Attribute<'_>) -> Result<Verdict, Fault> {
        let answer = match &self.test {
            Test::OneOf(texts) => Ok(texts.contains(&attribute.text())),
            Test::Contains(parts) => Ok(any(parts, attribute, |text, part| text.contains(part))),
            Test::Starts(starts) => Ok(any(starts, attribute, |text, start| text.starts_with(start))),
            Test::Ends(ends) => Ok(any(ends, attribute, |text, end| text.ends_with(end))),
            Test::VersionOneOf(versions) => match (attribute.version(), versions) {
                (None, _) => Err(Why::NotAVersion),
                (Some(_), None) => return Ok(Verdict::False),
                (Some(own), Some(versions)) => Ok(versions.iter().any(|version| own.cmp_precedence(version).is_eq())),
            },
            Test::Version(order, version) => match (attribute.version(), version) {
                (None, _) => Err(Why::NotAVersion),
                (Some(_), None) => return Ok(Verdict::False),
                (Some(own), Some(version)) => Ok(order.holds(Some(own.cmp_precedence(version)))),
            },
            Test::Number(order, number) => compare(attribute.number(), *order, *number).ok_or(Why::NotANumber),
            Test::Date(order, seconds) => compare(attribute.seconds(), *order, *seconds).ok_or(Why::NotADate),
            Test::List(texts) => attribute.any(|item| texts.contains(item)).ok_or(Why::NotAList),
            Test::HashedOneOf(hashes) => Ok(hashes.contains(attribute.text().as_bytes())),
            Test::HashedSlice(slices) => Ok(slices.matches(attribute.text().as_bytes())?),
            Test::HashedList(hashes) => attribute.any(|item| hashes.contains(item.as_bytes())).ok_or(Why::NotAList),
            Test::Faulty(fault) => match self.reads_none_of(attribute) {
                Some(why) => Err(why),
                None => return Err(fault.clone()),
            },
        };
        Ok(match answer {
            Ok(holds) => Verdict::from(holds != self.negated),
            Err(why) => Verdict::CannotEvaluate(why),
        })
    }

    /// Why the comparator cannot read the attribute, if so.
    fn reads_none_of(&self, attribute: &Attribute<'_>) -> Option<Why> {
        use crate::comparator::Reads;
        let (reads, why) = match self.comparator.reads() {
            Reads::Text => return None,
            Reads::Version => (attribute.version().is_some(), Why::NotAVersion),
            Reads::Number => (attribute.number().is_some(), Why::NotANumber),
            Reads::Date => (attribute.seconds().is_some(), Why::NotADate),
            Reads::List => (attribute.any(|_| false).is_some(), Why::NotAList),
        };
        (!reads).then_some(why)
    }
}

fn any(parts: &[Box<str>], attribute: &Attribute<'_>, fits: impl Fn(&str, &str) -> bool) -> bool {
    let text = attribute.text();
    parts.iter().any(|part| fits(&text, part))
}

fn compare(own: Option<f64>, order: Order, other: f64) -> Option<bool> {
    own.map(|own| order.holds(own.partial_cmp(&other)))
}

impl Test {
    fn new(condition: &UserCondition, salt: &str, context: &str, found: &mut impl FnMut(Fault)) -> Self {
        use Comparator::*;
        let comparator = condition.comparator;
        let hashes = |texts: &[String]| Hashes { suffix: hash::suffix(salt, context), hashes: sorted(texts) };
        if comparator.is_sensitive() && !all_hashed(comparator, &condition.value) {
            found(Fault::NotAHash);
        }
        match (comparator, &condition.value) {
            (IsOneOf | IsNotOneOf, ComparisonValue::List(texts)) => Self::OneOf(Texts::new(boxed(texts))),
            (TextEquals | TextNotEquals, ComparisonValue::Text(text)) => Self::OneOf(Texts::new([text.as_str().into()].into())),
            (ContainsAnyOf | NotContainsAnyOf, ComparisonValue::List(texts)) => Self::Contains(boxed(texts)),
            (TextStartsWithAnyOf | TextNotStartsWithAnyOf, ComparisonValue::List(texts)) => Self::Starts(boxed(texts)),
            (TextEndsWithAnyOf | TextNotEndsWithAnyOf, ComparisonValue::List(texts)) => Self::Ends(boxed(texts)),
            (ArrayContainsAnyOf | ArrayNotContainsAnyOf, ComparisonValue::List(texts)) => Self::List(Texts::new(boxed(texts))),
            (VersionIsOneOf | VersionIsNotOneOf, ComparisonValue::List(texts)) => {
                let versions = texts.iter().filter(|text| !text.is_empty()).map(|text| version(text)).collect();
                Self::VersionOneOf(told(versions, found))
            }
            (VersionLess, ComparisonValue::Text(text)) => Self::version(Order::Less, text, found),
            (VersionLessOrEqual, ComparisonValue::Text(text)) => Self::version(Order::LessOrEqual, text, found),
            (VersionGreater, ComparisonValue::Text(text)) => Self::version(Order::Greater, text, found),
            (VersionGreaterOrEqual, ComparisonValue::Text(text)) => Self::version(Order::GreaterOrEqual, text, found),
            (_, ComparisonValue::Number(number)) if !number.is_finite() => {
                found(Fault::NotFinite);
                Self::Faulty(Fault::NotFinite)
            }
            (NumberEquals | NumberNotEquals, ComparisonValue::Number(number)) => Self::Number(Order::Equal, *number),
            (NumberLess, ComparisonValue::Number(number)) => Self::Number(Order::Less, *number),
            (NumberLessOrEqual, ComparisonValue::Number(number)) => Self::Number(Order::LessOrEqual, *number),
            (NumberGreater, ComparisonValue::Number(number)) => Self::Number(Order::Greater, *number),
            (NumberGreaterOrEqual, ComparisonValue::Number(number)) => Self::Number(Order::GreaterOrEqual, *number),
            (DateBefore, ComparisonValue::Number(seconds)) => Self::Date(Order::Less, *seconds),
            (DateAfter, ComparisonValue::Number(seconds)) => Self::Date(Order::Greater, *seconds),
            (SensitiveIsOneOf | SensitiveIsNotOneOf, ComparisonValue::List(texts)) => Self::HashedOneOf(hashes(texts)),
            (SensitiveTextEquals | SensitiveTextNotEquals, ComparisonValue::Text(text)) => {
                Self::HashedOneOf(hashes(std::slice::from_ref(text)))
            }
            (SensitiveTextStartsWithAnyOf | SensitiveTextNotStartsWithAnyOf, ComparisonValue::List(texts)) => {
                Self::HashedSlice(slices(texts, false, hashes))
            }
            (SensitiveTextEndsWithAnyOf | SensitiveTextNotEndsWithAnyOf, ComparisonValue::List(texts)) => {
                Self::HashedSlice(slices(texts, true, hashes))
            }
            (SensitiveArrayContainsAnyOf | SensitiveArrayNotContainsAnyOf, ComparisonValue::List(texts)) => Self::HashedList(hashes(texts)),
            (_, ComparisonValue::Text(_) | ComparisonValue::Number(_) | ComparisonValue::List(_)) => {
                let fault = Fault::ComparisonType { comparator, wanted: comparator.field() };
                found(fault.clone());
                Self::Faulty(fault)
            }
        }
    }

    fn version(order: Order, text: &str, found: &mut impl FnMut(Fault)) -> Self {
        Self::Version(order, told(version(text), found).map(Box::new))
    }
}

fn told<T>(versions: Option<T>, found: &mut impl FnMut(Fault)) -> Option<T> {
    if versions.is_none() {
        found(Fault::NotAVersion);
    }
    versions
}

fn boxed(texts: &[String]) -> Box<[Box<str>]> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

/// Those that are hashes: nothing ever equals another text.
fn sorted(texts: &[String]) -> Box<[Hash]> {
    let mut hashes: Vec<Hash> = texts.iter().filter_map(|text| hash::parse(text)).collect();
    hashes.sort_unstable();
    hashes.into()
}

/// The length and the hash of a start or an end.
fn slice(text: &str) -> Option<(usize, &str)> {
    let (length, hash) = text.split_once('_')?;
    let digits = !length.is_empty() && length.bytes().all(|letter| letter.is_ascii_digit());
    (digits && !hash.is_empty()).then_some((length.parse().ok()?, hash))
}

fn slices(texts: &[String], from_the_end: bool, hashes: impl Fn(&[String]) -> Hashes) -> HashedSlices {
    let mut readable: Vec<(usize, &str)> = texts.iter().map_while(|text| slice(text)).collect();
    let broken = readable.len() < texts.len();
    readable.sort_unstable();
    let by_length = readable.chunk_by(|(one, _), (other, _)| one == other).map(|group| {
        let of_this_length: Vec<String> = group.iter().map(|(_, hash)| (*hash).to_owned()).collect();
        (group[0].0, hashes(&of_this_length))
    });
    HashedSlices { from_the_end, by_length: by_length.collect(), broken }
}

/// Are all comparison values hashed as this sensitive comparator wants it?
fn all_hashed(comparator: Comparator, value: &ComparisonValue) -> bool {
    let with_length = matches!(comparator.number(), 22..=25);
    let hashed = |text: &String| {
        if with_length { slice(text).is_some_and(|(_, hash)| hash::parse(hash).is_some()) } else { hash::parse(text).is_some() }
    };
    match value {
        ComparisonValue::Text(text) => hashed(text),
        ComparisonValue::List(texts) => texts.iter().all(hashed),
        ComparisonValue::Number(_) => true,
    }
}
