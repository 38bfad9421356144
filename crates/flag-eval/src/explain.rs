//! What an evaluation did, step by step.
//!
//! The steps are what the one evaluator tells while it works, so the answer is the same as without them. What it does not come to (a rule after the
//! one that decides, a condition after one that is not true) is not among them. Comparison values are not either: rules and conditions
//! are named by their positions in the config.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    comparator::Comparator,
    compile::{Compiled, Setting},
    condition::{Verdict, Why},
    evaluate::{About, Division, EvalError, Observer, Outcome, Passed, plain},
    model::{FlagComparator, SegmentComparator, Value},
    user::User,
};

/// What led to the value of a setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace<'c> {
    /// The setting’s key.
    pub key: &'c str,
    /// The rules, up to the one that decided.
    pub rules: Vec<RuleTrace<'c>>,
    /// The setting’s own percentages, if no rule decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentages: Option<PercentageTrace<'c>>,
    /// What came out of it.
    #[serde(serialize_with = "outcome")]
    pub outcome: Result<Outcome<'c>, EvalError>,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleTrace<'c> {
    /// The rule’s position.
    pub rule: usize,
    /// What became of it.
    pub result: RuleResult,
    /// Its conditions, up to the first that was not true.
    pub conditions: Vec<ConditionTrace<'c>>,
    /// Its percentages, if all conditions were true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentages: Option<PercentageTrace<'c>>,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RuleResult {
    /// It decided.
    Matched,
    /// A condition was false.
    NotMatched,
    /// A condition could not be evaluated.
    CannotEvaluate(Why),
    /// All conditions were true, but the user could not be given a share.
    NotDivided,
    /// It came to something that is wrong.
    Failed,
}

/// What became of a condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConditionTrace<'c> {
    /// The condition’s position.
    pub condition: usize,
    /// What it is about.
    #[serde(flatten)]
    pub about: ConditionAbout<'c>,
    /// What it said; nothing when it came to something that is wrong.
    pub verdict: Option<Verdict>,
}

/// What a condition is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "about", rename_all = "camelCase")]
pub enum ConditionAbout<'c> {
    /// An attribute of the user.
    User {
        /// The attribute’s name.
        attribute: &'c str,
        /// How it is compared.
        #[serde(serialize_with = "name")]
        comparator: Comparator,
        /// The attribute as text, if the user has it.
        found: Option<String>,
    },
    /// A segment.
    Segment {
        /// The segment’s name, if there is such a segment.
        name: Option<&'c str>,
        /// In it or not.
        #[serde(serialize_with = "segment_name")]
        comparator: SegmentComparator,
        /// The segment’s conditions, up to the first that was not true.
        conditions: Vec<ConditionTrace<'c>>,
    },
    /// Another setting.
    Flag {
        /// Its key.
        key: &'c str,
        /// This value or another one.
        #[serde(serialize_with = "flag_name")]
        comparator: FlagComparator,
        /// The value that it is compared with.
        #[serde(serialize_with = "plain")]
        value: &'c Value,
        /// What led to its value, if it was evaluated.
        setting: Option<Box<Trace<'c>>>,
    },
}

/// What became of percentage options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PercentageTrace<'c> {
    /// The attribute that they divide users by.
    pub attribute: &'c str,
    /// What became of them.
    #[serde(flatten)]
    pub division: Division,
}

impl Compiled {
    /// What the setting with this key is for this user, and what led to it.
    ///
    /// # Errors
    /// Only when there is no such setting: a failure on the way is the outcome of the trace.
    pub fn explain(&self, key: &str, user: Option<&dyn User>) -> Result<Trace<'_>, EvalError> {
        let index = self.index(key).ok_or(EvalError::UnknownSetting)?;
        let mut tracer = Tracer { user, open: Vec::new(), done: None };
        let outcome = self.observed(index, user, &mut tracer);
        tracer.done.ok_or(match outcome {
            Err(error) => error,
            Ok(_) => EvalError::UnknownSetting,
        })
    }
}

/// Puts the steps together.
struct Tracer<'c, 'u> {
    user: Option<&'u dyn User>,
    /// What has begun and not ended, the innermost last.
    open: Vec<Open<'c>>,
    done: Option<Trace<'c>>,
}

enum Open<'c> {
    Setting(Trace<'c>),
    Rule(RuleTrace<'c>),
    Condition(ConditionTrace<'c>),
}

impl<'c> Open<'c> {
    /// Where conditions within it go.
    fn conditions(&mut self) -> Option<&mut Vec<ConditionTrace<'c>>> {
        match self {
            Self::Rule(rule) => Some(&mut rule.conditions),
            Self::Condition(ConditionTrace { about: ConditionAbout::Segment { conditions, .. }, .. }) => Some(conditions),
            Self::Setting(_) | Self::Condition(_) => None,
        }
    }
}

impl<'c> Observer<'c> for Tracer<'c, '_> {
    fn begin_setting(&mut self, setting: &'c Setting) {
        // Until it has ended, nothing is known.
        let outcome = Err(EvalError::UnknownSetting);
        self.open.push(Open::Setting(Trace { key: &setting.key, rules: Vec::new(), percentages: None, outcome }));
    }

    fn end_setting(&mut self, outcome: &Result<Outcome<'c>, EvalError>) {
        let Some(Open::Setting(trace)) = self.open.pop() else { return };
        let trace = Trace { outcome: outcome.clone(), ..trace };
        match self.open.last_mut() {
            Some(Open::Condition(ConditionTrace { about: ConditionAbout::Flag { setting, .. }, .. })) => *setting = Some(trace.into()),
            _ => self.done = Some(trace),
        }
    }

    fn begin_rule(&mut self, rule: usize) {
        self.open.push(Open::Rule(RuleTrace { rule, result: RuleResult::Failed, conditions: Vec::new(), percentages: None }));
    }

    fn end_rule(&mut self, result: &Result<Passed<'c>, EvalError>) {
        let Some(Open::Rule(mut rule)) = self.open.pop() else { return };
        rule.result = match result {
            Ok(Passed::Serves(_)) => RuleResult::Matched,
            Ok(Passed::NotMatched(Verdict::CannotEvaluate(why))) => RuleResult::CannotEvaluate(*why),
            Ok(Passed::NotMatched(_)) => RuleResult::NotMatched,
            Ok(Passed::NotDivided) => RuleResult::NotDivided,
            Err(_) => RuleResult::Failed,
        };
        if let Some(Open::Setting(setting)) = self.open.last_mut() {
            setting.rules.push(rule);
        }
    }

    fn begin_condition(&mut self, about: About<'c>) {
        let about = match about {
            About::User(test) => {
                let found = self.user.and_then(|user| Some(user.attribute(&test.attribute)?.text().to_string()));
                ConditionAbout::User { attribute: &test.attribute, comparator: test.comparator, found }
            }
            About::Segment { name, negated } => {
                ConditionAbout::Segment { name, comparator: SegmentComparator::ALL[usize::from(negated)], conditions: Vec::new() }
            }
            About::Flag { key, negated, value } => {
                ConditionAbout::Flag { key, comparator: FlagComparator::ALL[usize::from(negated)], value, setting: None }
            }
        };
        let condition = self.open.last_mut().and_then(Open::conditions).map_or(0, |conditions| conditions.len());
        self.open.push(Open::Condition(ConditionTrace { condition, about, verdict: None }));
    }

    fn end_condition(&mut self, result: &Result<Verdict, EvalError>) {
        let Some(Open::Condition(mut condition)) = self.open.pop() else { return };
        condition.verdict = result.as_ref().ok().copied();
        if let Some(conditions) = self.open.last_mut().and_then(Open::conditions) {
            conditions.push(condition);
        }
    }

    fn percentages(&mut self, attribute: &'c str, division: Division) {
        let percentages = Some(PercentageTrace { attribute, division });
        match self.open.last_mut() {
            Some(Open::Rule(rule)) => rule.percentages = percentages,
            Some(Open::Setting(setting)) => setting.percentages = percentages,
            Some(Open::Condition(_)) | None => {}
        }
    }
}

fn outcome<S: Serializer>(outcome: &Result<Outcome<'_>, EvalError>, serializer: S) -> Result<S::Ok, S::Error> {
    match outcome {
        Ok(outcome) => outcome.serialize(serializer),
        Err(error) => {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry("error", &error.to_string())?;
            map.end()
        }
    }
}

fn name<S: Serializer>(comparator: &Comparator, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(comparator.name())
}

fn segment_name<S: Serializer>(comparator: &SegmentComparator, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(comparator.name())
}

fn flag_name<S: Serializer>(comparator: &FlagComparator, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(comparator.name())
}
