//! Making a config ready to be evaluated often.

use std::collections::HashMap;

use sha1::{Digest as _, Sha1};

use crate::{
    condition::UserTest,
    cycles::{self, Cycle},
    fault::{Defect, Defects, Fault, Place},
    model::{self, Condition, Config, FlagCondition, Kind, PercentageOption, Segment, SegmentCondition, Served, Then, Value},
};

/// How many prerequisites may wait for each other: evaluating them takes room on the stack.
pub(crate) const LONGEST_CHAIN: usize = 128;

/// The largest whole number that is exact everywhere.
const LARGEST_INT: u64 = (1 << 53) - 1;

/// A config made ready: versions are parsed, lists are sets, hashes are bytes, references are positions.
///
/// It is immutable and can be shared between threads.
#[derive(Debug)]
pub struct Compiled {
    /// By key, in order.
    pub(crate) settings: Box<[Setting]>,
    pub(crate) segments: Box<[CompiledSegment]>,
    /// Do any settings wait for each other?
    pub(crate) cyclic: bool,
}

#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) key: Box<str>,
    pub(crate) kind: Kind,
    pub(crate) rules: Box<[Rule]>,
    pub(crate) options: Box<[PercentageOption]>,
    /// What percentage options divide users by, here and in the rules; without a choice of the setting, the identifier.
    pub(crate) percentage_attribute: Option<Box<str>>,
    /// Has read the key, with which the hash of a user begins.
    pub(crate) sha1: Sha1,
    pub(crate) served: Served,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) conditions: Box<[Test]>,
    pub(crate) then: Then,
}

#[derive(Debug)]
pub(crate) enum Test {
    User(UserTest),
    Segment { segment: Result<usize, Fault>, negated: bool },
    Flag { key: Box<str>, setting: Result<usize, Fault>, negated: bool, value: Value },
}

#[derive(Debug)]
pub(crate) struct CompiledSegment {
    pub(crate) name: Box<str>,
    pub(crate) conditions: Box<[UserTest]>,
}

impl Compiled {
    /// Makes a config ready, if nothing is wrong with it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn new(config: &Config) -> Result<Self, Defects> {
        let (compiled, defects) = Self::with_defects(config);
        if defects.is_empty() { Ok(compiled) } else { Err(Defects(defects)) }
    }

    /// Makes any config ready. An evaluation that comes to something wrong fails, as it does in the clients; all others do not mind.
    pub fn lenient(config: &Config) -> Self {
        Self::with_defects(config).0
    }

    /// Makes any config ready, and says all that is wrong with it.
    pub fn with_defects(config: &Config) -> (Self, Vec<Defect>) {
        let places = config.settings.keys().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
        let mut compiler = Compiler { config, places, defects: Vec::new() };
        let segments = config.segments.iter().enumerate().map(|(at, segment)| compiler.segment(at, segment)).collect();
        let settings: Box<[Setting]> = config.settings.iter().map(|(key, setting)| compiler.setting(key, setting)).collect();
        let cyclic = compiler.order(&settings);
        (Self { settings, segments, cyclic }, compiler.defects)
    }

    /// How many settings there are.
    pub fn len(&self) -> usize {
        self.settings.len()
    }

    /// Is there no setting?
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
    }

    /// The keys of the settings in order: that of the setting with index 0, of the one with index 1 and so on.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.settings.iter().map(|setting| &*setting.key)
    }

    /// The index of a setting.
    pub fn index(&self, key: &str) -> Option<usize> {
        self.settings.binary_search_by(|setting| (*setting.key).cmp(key)).ok()
    }

    /// The type of the setting with this index.
    pub fn kind(&self, index: usize) -> Option<Kind> {
        self.settings.get(index).map(|setting| setting.kind)
    }
}

struct Compiler<'a> {
    config: &'a Config,
    places: HashMap<&'a str, usize>,
    defects: Vec<Defect>,
}

impl<'a> Compiler<'a> {
    fn segment(&mut self, at: usize, segment: &Segment) -> CompiledSegment {
        if segment.name.is_empty() {
            self.defects.push(Defect { place: Place::Segment { segment: at, condition: None }, fault: Fault::SegmentWithoutName });
        }
        let salt = &self.config.preferences.salt;
        let defects = &mut self.defects;
        let conditions = segment.conditions.iter().enumerate().map(|(number, condition)| {
            let place = Place::Segment { segment: at, condition: Some(number) };
            UserTest::new(condition, salt, &segment.name, &mut |fault| defects.push(Defect { place: place.clone(), fault }))
        });
        CompiledSegment { name: segment.name.as_str().into(), conditions: conditions.collect() }
    }

    fn setting(&mut self, key: &str, setting: &model::Setting) -> Setting {
        let whole = place(key, None, None);
        self.served(&whole, setting.kind, &setting.served);
        if !setting.percentage_options.is_empty() {
            self.options(&whole, setting.kind, &setting.percentage_options);
        }
        let rules = setting.rules.iter().enumerate().map(|(at, rule)| self.rule(key, setting.kind, at, rule)).collect();
        Setting {
            key: key.into(),
            kind: setting.kind,
            rules,
            options: setting.percentage_options.as_slice().into(),
            percentage_attribute: setting.percentage_attribute.as_deref().map(Into::into),
            sha1: Sha1::new().chain_update(key),
            served: setting.served.clone(),
        }
    }

    fn rule(&mut self, key: &str, kind: Kind, at: usize, rule: &model::Rule) -> Rule {
        let whole = place(key, Some(at), None);
        match &rule.then {
            Then::Serve(served) => self.served(&whole, kind, served),
            Then::Divide(options) => self.options(&whole, kind, options),
        }
        if rule.conditions.is_empty() {
            self.defects.push(Defect { place: whole, fault: Fault::NoConditions });
        }
        let conditions = rule.conditions.iter().enumerate();
        let conditions = conditions.map(|(number, condition)| self.condition(key, place(key, Some(at), Some(number)), condition)).collect();
        Rule { conditions, then: rule.then.clone() }
    }

    fn condition(&mut self, key: &str, place: Place, condition: &Condition) -> Test {
        let mut found = |fault| self.defects.push(Defect { place: place.clone(), fault });
        match condition {
            Condition::User(condition) => Test::User(UserTest::new(condition, &self.config.preferences.salt, key, &mut found)),
            Condition::Segment(SegmentCondition { segment, comparator }) => {
                let at = match self.config.segments.get(*segment) {
                    None => Err(Fault::NoSegment { segment: *segment }),
                    Some(segment) if segment.name.is_empty() => Err(Fault::SegmentWithoutName),
                    Some(_) => Ok(*segment),
                };
                if let Err(fault @ Fault::NoSegment { .. }) = &at {
                    found(fault.clone());
                }
                Test::Segment { segment: at, negated: comparator.is_negated() }
            }
            Condition::Flag(condition) => {
                let setting = self.prerequisite(condition);
                if let Err(fault) = &setting {
                    self.defects.push(Defect { place, fault: fault.clone() });
                }
                let FlagCondition { key, comparator, value } = condition;
                Test::Flag { key: key.as_str().into(), setting, negated: comparator.is_negated(), value: value.clone() }
            }
        }
    }

    fn prerequisite(&self, FlagCondition { key, value, .. }: &FlagCondition) -> Result<usize, Fault> {
        let Some(setting) = self.config.settings.get(key) else { return Err(Fault::NoPrerequisite { key: key.clone() }) };
        if setting.kind != value.kind() {
            return Err(Fault::PrerequisiteType { key: key.clone(), wanted: setting.kind, found: value.kind() });
        }
        self.places.get(key.as_str()).copied().ok_or_else(|| Fault::NoPrerequisite { key: key.clone() })
    }

    fn served(&mut self, place: &Place, kind: Kind, served: &Served) {
        let fault = match &served.value {
            value if value.kind() != kind => Fault::ValueType { wanted: kind, found: value.kind() },
            Value::Int(number) if number.unsigned_abs() > LARGEST_INT => Fault::IntTooLarge,
            Value::Double(number) if !number.is_finite() => Fault::NotFinite,
            _ => return,
        };
        self.defects.push(Defect { place: place.clone(), fault });
    }

    fn options(&mut self, place: &Place, kind: Kind, options: &[PercentageOption]) {
        options.iter().for_each(|option| self.served(place, kind, &option.served));
        let sum = sum(options);
        if sum != 100 {
            self.defects.push(Defect { place: place.clone(), fault: Fault::Percentages { sum } });
        }
    }

    /// Looks for settings that wait for each other, or for too many others.
    fn order(&mut self, settings: &[Setting]) -> bool {
        let edges: Vec<Vec<usize>> = settings.iter().map(|setting| prerequisites(setting).collect()).collect();
        let order = match cycles::walk(&edges) {
            Ok(order) => order,
            Err(chain) => {
                let keys: Vec<String> = chain.iter().map(|at| settings[*at].key.to_string()).collect();
                let place = place(&keys[0], None, None);
                self.defects.push(Defect { place, fault: Fault::Cycle(Cycle { keys }) });
                return true;
            }
        };
        let mut chains = vec![0; settings.len()];
        for at in order {
            chains[at] = edges[at].iter().map(|to| chains[*to] + 1).max().unwrap_or(0);
            if chains[at] == LONGEST_CHAIN + 1 {
                let fault = Fault::ChainTooLong { limit: LONGEST_CHAIN };
                self.defects.push(Defect { place: place(&settings[at].key, None, None), fault });
            }
        }
        false
    }
}

fn place(key: &str, rule: Option<usize>, condition: Option<usize>) -> Place {
    Place::Setting { key: key.to_owned(), rule, condition }
}

pub(crate) fn sum(options: &[PercentageOption]) -> u32 {
    options.iter().map(|option| u32::from(option.percentage)).sum()
}

fn prerequisites(setting: &Setting) -> impl Iterator<Item = usize> {
    setting.rules.iter().flat_map(|rule| &rule.conditions).filter_map(|condition| match condition {
        Test::Flag { setting: Ok(at), .. } => Some(*at),
        _ => None,
    })
}
