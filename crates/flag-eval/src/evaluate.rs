//! Evaluating a setting for a user.
//!
//! There is one evaluator. It tells an observer what it does; the one of [`evaluate`](Compiled::evaluate) does not listen, and the compiler
//! takes it out.

use std::{error::Error, fmt};

use serde::{Serialize, Serializer};
use sha1::Digest as _;

use crate::{
    compile::{Compiled, CompiledSegment, LONGEST_CHAIN, Rule, Setting, Test, sum},
    condition::{UserTest, Verdict, Why},
    cycles::Cycle,
    fault::Fault,
    model::{PercentageOption, Served, Then, Value},
    user::{Attribute, IDENTIFIER, User},
};

/// How many prerequisites are evaluated for one evaluation. Without an end, a few settings that ask twice for each other could keep
/// a processor busy for ever.
const MOST_PREREQUISITES: u32 = 10_000;

/// What a setting is for a user.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Outcome<'c> {
    /// The value; written as plain JSON.
    #[serde(serialize_with = "plain")]
    pub value: &'c Value,
    /// The identifier of the variation.
    pub variation: &'c str,
    /// What led to it.
    #[serde(flatten)]
    pub reason: Reason,
}

pub(crate) fn plain<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    value.plain().serialize(serializer)
}

/// What led to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "reason", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// No rule matched and no percentages are set: it is what everybody else gets.
    Static,
    /// A rule matched.
    TargetingMatch {
        /// The rule’s position.
        rule: usize,
    },
    /// The user’s share of the percentages, in a rule or of the setting.
    Split {
        /// The position of the rule that matched.
        rule: Option<usize>,
        /// The position of the percentage option.
        option: usize,
    },
}

impl Reason {
    /// The name that OpenFeature gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::TargetingMatch { .. } => "TARGETING_MATCH",
            Self::Split { .. } => "SPLIT",
        }
    }

    /// The position of the rule that matched.
    pub const fn rule(self) -> Option<usize> {
        match self {
            Self::Static => None,
            Self::TargetingMatch { rule } => Some(rule),
            Self::Split { rule, .. } => rule,
        }
    }
}

/// Why there is no value: the caller’s own default is the answer then.
#[derive(Debug, Clone, PartialEq)]
pub enum EvalError {
    /// There is no such setting.
    UnknownSetting,
    /// The evaluation came to something that is wrong.
    Faulty {
        /// The key of the setting in which it is.
        setting: Box<str>,
        /// What it is.
        fault: Box<Fault>,
    },
    /// Prerequisites had to be evaluated too often.
    TooComplex,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSetting => f.write_str("there is no such setting"),
            Self::Faulty { setting, fault } => write!(f, "setting '{setting}': {fault}"),
            Self::TooComplex => write!(f, "more than {MOST_PREREQUISITES} prerequisites had to be evaluated"),
        }
    }
}

impl Error for EvalError {}

impl Compiled {
    /// What the setting with this key is for this user, or for nobody in particular.
    ///
    /// # Errors
    /// When there is no such setting, or the evaluation came to something that is wrong.
    pub fn evaluate(&self, key: &str, user: Option<&dyn User>) -> Result<Outcome<'_>, EvalError> {
        self.evaluate_at(self.index(key).ok_or(EvalError::UnknownSetting)?, user)
    }

    /// What the setting with this index is for this user.
    ///
    /// # Errors
    /// When there is no such setting, or the evaluation came to something that is wrong.
    pub fn evaluate_at(&self, index: usize, user: Option<&dyn User>) -> Result<Outcome<'_>, EvalError> {
        self.observed(index, user, &mut ())
    }

    /// What every setting is for this user, in the order of the keys.
    pub fn evaluate_all<'c>(
        &'c self,
        user: Option<&'c dyn User>,
    ) -> impl ExactSizeIterator<Item = (&'c str, Result<Outcome<'c>, EvalError>)> {
        self.settings.iter().enumerate().map(move |(at, setting)| (&*setting.key, self.evaluate_at(at, user)))
    }

    pub(crate) fn observed<'c, O: Observer<'c>>(
        &'c self,
        index: usize,
        user: Option<&dyn User>,
        observer: &mut O,
    ) -> Result<Outcome<'c>, EvalError> {
        let setting = self.settings.get(index).ok_or(EvalError::UnknownSetting)?;
        Evaluation { compiled: self, user, observer, left: MOST_PREREQUISITES }.setting(&Trail { setting, before: None, length: 0 })
    }
}

/// Is told what an evaluation does. Everything that begins also ends, also by a failure.
pub(crate) trait Observer<'c> {
    fn begin_setting(&mut self, _setting: &'c Setting) {}
    fn end_setting(&mut self, _outcome: &Result<Outcome<'c>, EvalError>) {}
    fn begin_rule(&mut self, _rule: usize) {}
    fn end_rule(&mut self, _result: &Result<Passed<'c>, EvalError>) {}
    fn begin_condition(&mut self, _about: About<'c>) {}
    fn end_condition(&mut self, _result: &Result<Verdict, EvalError>) {}
    fn percentages(&mut self, _attribute: &'c str, _result: Division) {}
}

impl Observer<'_> for () {}

/// What a condition is about.
#[derive(Clone, Copy)]
pub(crate) enum About<'c> {
    User(&'c UserTest),
    Segment { name: Option<&'c str>, negated: bool },
    Flag { key: &'c str, negated: bool, value: &'c Value },
}

/// What became of a rule.
pub(crate) enum Passed<'c> {
    Serves(Outcome<'c>),
    NotMatched(Verdict),
    /// Its conditions are true, but its percentages cannot be evaluated.
    NotDivided,
}

/// What became of percentage options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Division {
    /// The user gets one of them.
    Chosen {
        /// The user’s place among 100, from 0.
        bucket: u32,
        /// The option’s position.
        option: usize,
    },
    /// The percentages end before the user’s place: they do not add up to 100.
    None {
        /// The user’s place among 100, from 0.
        bucket: u32,
    },
    /// The user has no place: there is no user, or none with the attribute.
    Skipped(Why),
}

/// The settings that wait for the one that is evaluated.
struct Trail<'t, 'c> {
    setting: &'c Setting,
    before: Option<&'t Trail<'t, 'c>>,
    length: usize,
}

struct Evaluation<'c, 'u, 'o, O> {
    compiled: &'c Compiled,
    user: Option<&'u dyn User>,
    observer: &'o mut O,
    left: u32,
}

impl<'c, O: Observer<'c>> Evaluation<'c, '_, '_, O> {
    fn setting(&mut self, trail: &Trail<'_, 'c>) -> Result<Outcome<'c>, EvalError> {
        self.observer.begin_setting(trail.setting);
        let result = self.decide(trail);
        self.observer.end_setting(&result);
        result
    }

    fn decide(&mut self, trail: &Trail<'_, 'c>) -> Result<Outcome<'c>, EvalError> {
        let setting = trail.setting;
        for (at, rule) in setting.rules.iter().enumerate() {
            self.observer.begin_rule(at);
            let result = self.rule(trail, at, rule);
            self.observer.end_rule(&result);
            if let Passed::Serves(outcome) = result? {
                return Ok(outcome);
            }
        }
        if !setting.options.is_empty()
            && let Some(outcome) = self.divide(setting, None, &setting.options)?
        {
            return Ok(outcome);
        }
        serve(setting, &setting.served, Reason::Static)
    }

    fn rule(&mut self, trail: &Trail<'_, 'c>, at: usize, rule: &'c Rule) -> Result<Passed<'c>, EvalError> {
        for condition in &rule.conditions {
            let verdict = self.condition(trail, condition)?;
            if verdict != Verdict::True {
                return Ok(Passed::NotMatched(verdict));
            }
        }
        match &rule.then {
            Then::Serve(served) => serve(trail.setting, served, Reason::TargetingMatch { rule: at }).map(Passed::Serves),
            Then::Divide(options) => Ok(self.divide(trail.setting, Some(at), options)?.map_or(Passed::NotDivided, Passed::Serves)),
        }
    }

    fn condition(&mut self, trail: &Trail<'_, 'c>, condition: &'c Test) -> Result<Verdict, EvalError> {
        match condition {
            Test::User(test) => self.ask(trail.setting, test),
            Test::Segment { segment, negated } => {
                let segment = segment.as_ref().map(|at| &self.compiled.segments[*at]);
                let name = segment.ok().map(|segment| &*segment.name);
                self.observer.begin_condition(About::Segment { name, negated: *negated });
                let result = self.segment(trail.setting, segment, *negated);
                self.observer.end_condition(&result);
                result
            }
            Test::Flag { key, setting, negated, value } => {
                self.observer.begin_condition(About::Flag { key, negated: *negated, value });
                let result = self.prerequisite(trail, setting, value).map(|equal| Verdict::from(equal != *negated));
                self.observer.end_condition(&result);
                result
            }
        }
    }

    fn ask(&mut self, setting: &Setting, test: &'c UserTest) -> Result<Verdict, EvalError> {
        self.observer.begin_condition(About::User(test));
        let result = test.ask(self.user).map_err(|fault| faulty(setting, fault));
        self.observer.end_condition(&result);
        result
    }

    fn segment(&mut self, setting: &Setting, segment: Result<&'c CompiledSegment, &Fault>, negated: bool) -> Result<Verdict, EvalError> {
        if self.user.is_none() {
            return Ok(Verdict::CannotEvaluate(Why::NoUser));
        }
        let segment = segment.map_err(|fault| faulty(setting, fault.clone()))?;
        for test in &segment.conditions {
            match self.ask(setting, test)? {
                Verdict::True => {}
                Verdict::False => return Ok(Verdict::from(negated)),
                cannot @ Verdict::CannotEvaluate(_) => return Ok(cannot),
            }
        }
        Ok(Verdict::from(!negated))
    }

    fn prerequisite(&mut self, trail: &Trail<'_, 'c>, setting: &Result<usize, Fault>, wanted: &Value) -> Result<bool, EvalError> {
        let at = setting.as_ref().map_err(|fault| faulty(trail.setting, fault.clone()))?;
        let setting = &self.compiled.settings[*at];
        if self.compiled.cyclic {
            trail.refuse_circle(setting)?;
        }
        if trail.length == LONGEST_CHAIN {
            return Err(faulty(trail.setting, Fault::ChainTooLong { limit: LONGEST_CHAIN }));
        }
        self.left = self.left.checked_sub(1).ok_or(EvalError::TooComplex)?;
        let outcome = self.setting(&Trail { setting, before: Some(trail), length: trail.length + 1 })?;
        Ok(outcome.value == wanted)
    }

    /// The user’s share, unless the user cannot be given one.
    fn divide(
        &mut self,
        setting: &'c Setting,
        rule: Option<usize>,
        options: &'c [PercentageOption],
    ) -> Result<Option<Outcome<'c>>, EvalError> {
        let division = division(setting, self.user, options);
        self.observer.percentages(setting.percentage_attribute.as_deref().unwrap_or(IDENTIFIER), division);
        match division {
            Division::Chosen { option, .. } => serve(setting, &options[option].served, Reason::Split { rule, option }).map(Some),
            Division::None { .. } => Err(faulty(setting, Fault::Percentages { sum: sum(options) })),
            Division::Skipped(_) => Ok(None),
        }
    }
}

impl<'c> Trail<'_, 'c> {
    /// Nothing waits for itself.
    fn refuse_circle(&self, next: &'c Setting) -> Result<(), EvalError> {
        let mut keys = vec![next.key.to_string()];
        let mut on_the_way = Some(self);
        while let Some(trail) = on_the_way {
            keys.push(trail.setting.key.to_string());
            if std::ptr::eq(trail.setting, next) {
                keys.reverse();
                return Err(faulty(self.setting, Fault::Cycle(Cycle { keys })));
            }
            on_the_way = trail.before;
        }
        Ok(())
    }
}

fn division(setting: &Setting, user: Option<&dyn User>, options: &[PercentageOption]) -> Division {
    let Some(user) = user else { return Division::Skipped(Why::NoUser) };
    // Empty is not missing here, and whoever has no identifier has an empty one.
    let attribute = match &setting.percentage_attribute {
        Some(name) => user.attribute(name),
        None => user.attribute(IDENTIFIER).or(Some(Attribute::Text(""))),
    };
    let Some(attribute) = attribute else { return Division::Skipped(Why::Missing) };
    let hash = setting.sha1.clone().chain_update(attribute.text().as_bytes()).finalize();
    // The first seven hexadecimal digits.
    let bucket = (u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 4) % 100;
    let mut sum = 0;
    let option = options.iter().position(|option| {
        sum += u32::from(option.percentage);
        bucket < sum
    });
    option.map_or(Division::None { bucket }, |option| Division::Chosen { bucket, option })
}

fn serve<'c>(setting: &Setting, served: &'c Served, reason: Reason) -> Result<Outcome<'c>, EvalError> {
    let found = served.value.kind();
    if found != setting.kind {
        return Err(faulty(setting, Fault::ValueType { wanted: setting.kind, found }));
    }
    Ok(Outcome { value: &served.value, variation: &served.variation, reason })
}

#[cold]
fn faulty(setting: &Setting, fault: Fault) -> EvalError {
    EvalError::Faulty { setting: setting.key.clone(), fault: fault.into() }
}
