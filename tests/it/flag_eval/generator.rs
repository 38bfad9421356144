//! Configs and users from a seed.

use std::collections::BTreeMap;

use flag_eval::{
    Comparator, Config, Value,
    comparator::{Field, Reads},
    model::{
        ComparisonValue, Condition, FlagComparator, FlagCondition, Kind, PercentageOption, Preferences, Rule, Segment, SegmentComparator,
        SegmentCondition, Served, Setting, Then, UserCondition,
    },
};
use rand::{RngExt as _, rngs::StdRng};

use super::{
    pools::*,
    users::{Given, GivenUser},
};

/// Whose answers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clients {
    All,
    /// The SDK for JavaScript: what is only generated for it is said where `odd` is asked.
    JavaScript,
}

pub struct Case {
    pub number: usize,
    pub clients: Clients,
    pub config: Config,
    pub users: Vec<Option<GivenUser>>,
}

pub fn generate(random: &mut StdRng, number: usize, clients: Clients) -> Case {
    let identified = random.random_range(0..2) == 0;
    let mut generator = Generator { random, clients, identified, segments: 0, keys: vec![], kinds: vec![] };
    let config = generator.config();
    let users = (0..6).map(|_| (!generator.chance(5)).then(|| generator.user())).collect();
    Case { number, clients, config, users }
}

struct Generator<'r> {
    random: &'r mut StdRng,
    clients: Clients,
    /// Has every user an identifier?
    identified: bool,
    segments: usize,
    keys: Vec<&'static str>,
    kinds: Vec<Kind>,
}

impl Generator<'_> {
    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    /// Something on which the clients disagree, for the one that follows the documentation.
    fn odd(&mut self, percent: u32) -> bool {
        self.clients == Clients::JavaScript && self.chance(percent)
    }

    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.random.random_range(0..all.len())]
    }

    fn some<T: Copy>(&mut self, all: &[T], most: usize) -> Vec<T> {
        (0..self.random.random_range(1..=most)).map(|_| self.one(all)).collect()
    }

    /// A text, often one of a few, so that two of them are often equal.
    fn text(&mut self) -> &'static str {
        if self.chance(40) { self.one(&TEXTS[..6]) } else { self.one(&TEXTS) }
    }

    fn config(&mut self) -> Config {
        self.segments = self.random.random_range(0..=3);
        self.keys = self.some(&KEYS, 5);
        self.keys.sort_unstable();
        self.keys.dedup();
        self.kinds = self.keys.iter().map(|_| Kind::Bool).collect();
        for at in 0..self.kinds.len() {
            self.kinds[at] = self.one(&[Kind::Bool, Kind::Bool, Kind::Text, Kind::Int, Kind::Double]);
        }
        let segments = (0..self.segments).map(|at| Segment { name: SEGMENTS[at].into(), conditions: self.segment() }).collect();
        let settings = (0..self.keys.len()).map(|at| (self.keys[at].to_owned(), self.setting(at))).collect();
        let preferences = Preferences { salt: self.one(&SALTS).into(), ..Preferences::default() };
        let mut config = Config { preferences, segments, settings }.hashed();
        self.spoil(&mut config);
        config
    }

    fn segment(&mut self) -> Vec<UserCondition> {
        (0..self.random.random_range(0..=2)).map(|_| self.user_condition(true)).collect()
    }

    fn setting(&mut self, at: usize) -> Setting {
        let kind = self.kinds[at];
        let percentage_attribute = self.chance(30).then(|| self.name(Reads::Text).to_owned());
        // Where it is chosen, users without it are divided in JavaScript and not in Python.
        let percentage_attribute = percentage_attribute.filter(|name| name != "Identifier" || self.identified);
        let rules = (0..self.random.random_range(0..=4)).map(|number| self.rule(at, kind, number)).collect();
        let percentage_options = if self.chance(30) { self.percentages(kind, "p") } else { vec![] };
        Setting { kind, percentage_attribute, rules, percentage_options, served: self.served(kind, "v".into()) }
    }

    fn rule(&mut self, setting: usize, kind: Kind, number: usize) -> Rule {
        // Python passes over a rule without conditions.
        let count = if self.odd(10) { 0 } else { self.one(&[1, 1, 1, 2, 2, 3]) };
        let conditions = (0..count).map(|_| self.condition(setting)).collect();
        let then = if self.chance(25) {
            Then::Divide(self.percentages(kind, &format!("r{number}p")))
        } else {
            Then::Serve(self.served(kind, format!("r{number}")))
        };
        Rule { conditions, then }
    }

    fn percentages(&mut self, kind: Kind, name: &str) -> Vec<PercentageOption> {
        let mut shares = self.one(&[&[50, 50][..], &[100], &[0, 100], &[20, 80], &[1, 2, 97], &[33, 33, 34], &[100, 100]]).to_vec();
        // Python goes on where the percentages end too early.
        if self.odd(20) {
            shares.pop();
            shares.push(self.random.random_range(0..50));
        }
        let shares = shares.into_iter().enumerate();
        shares.map(|(at, percentage)| PercentageOption { percentage, served: self.served(kind, format!("{name}{at}")) }).collect()
    }

    /// Python fails on a value of the wrong type also when it is not the one that is chosen.
    fn served(&mut self, kind: Kind, variation: String) -> Served {
        let kind = if self.odd(3) { self.one(&Kind::ALL) } else { kind };
        Served { value: self.value(kind), variation }
    }

    fn value(&mut self, kind: Kind) -> Value {
        match kind {
            Kind::Bool => self.chance(50).into(),
            Kind::Text => self.one(&["", "on", "off", "ű😀"]).into(),
            Kind::Int => self.one(&[0, 5, -5]).into(),
            Kind::Double => self.one(&[0.0, 5.0, 0.1 + 0.2, 1e21]).into(),
        }
    }

    fn condition(&mut self, setting: usize) -> Condition {
        if self.segments > 0 && self.chance(15) {
            // Python cannot read a config with a segment that is not there.
            let segment = if self.odd(5) { self.segments } else { self.random.random_range(0..self.segments) };
            return Condition::Segment(SegmentCondition { segment, comparator: self.one(&SegmentComparator::ALL) });
        }
        if self.chance(15) {
            return Condition::Flag(self.prerequisite(setting));
        }
        Condition::User(self.user_condition(false))
    }

    fn prerequisite(&mut self, setting: usize) -> FlagCondition {
        let comparator = self.one(&FlagComparator::ALL);
        let later = setting + 1..self.keys.len();
        let other = if later.is_empty() || self.chance(20) { 0..self.keys.len() } else { later };
        let other = self.random.random_range(other);
        // configcat-node has one type for all numbers.
        let others = match self.kinds[other] {
            Kind::Int | Kind::Double if self.clients == Clients::All => &[Kind::Bool, Kind::Text][..],
            _ => &Kind::ALL,
        };
        let kind = if self.chance(8) { self.one(others) } else { self.kinds[other] };
        let key = if self.chance(5) { "missing" } else { self.keys[other] };
        FlagCondition { key: key.into(), comparator, value: self.value(kind) }
    }

    fn user_condition(&mut self, in_segment: bool) -> UserCondition {
        let comparator = self.one(&Comparator::ALL);
        let attribute = self.name(comparator.reads());
        // Python compares with nothing, and finds nothing.
        if self.odd(2) {
            let value: ComparisonValue = if comparator.field() == Field::Number { "a".into() } else { 5.0.into() };
            return UserCondition::new(attribute, comparator, value);
        }
        let value = match comparator.reads() {
            Reads::Number => self.one(&NUMBERS).into(),
            Reads::Date => self.one(&SECONDS).into(),
            Reads::Version => self.versions(comparator, in_segment),
            Reads::Text | Reads::List => self.texts(comparator),
        };
        UserCondition::new(attribute, comparator, value)
    }

    fn versions(&mut self, comparator: Comparator, in_segment: bool) -> ComparisonValue {
        let mut versions = self.some(&VERSIONS, 3);
        // To Python an invalid one means that the condition cannot be evaluated, which is only not the same in a segment.
        if self.chance(10) && (!in_segment || self.clients == Clients::JavaScript) {
            versions.push(self.one(&NO_VERSIONS));
        }
        // Python skips what is only spaces, and evaluates a list of nothing for a user without a version.
        if self.odd(10) {
            versions = if self.chance(50) { vec![""] } else { vec!["1.0.0", " "] };
        }
        if comparator.field() == Field::Text {
            return self.one(&versions).into();
        }
        if self.chance(20) {
            versions.insert(0, "");
        }
        list(&versions)
    }

    fn texts(&mut self, comparator: Comparator) -> ComparisonValue {
        let mut texts = self.some(&TEXTS, 5);
        if self.odd(20) {
            texts.extend(TEXTS_OF_ONE);
        }
        // Python’s hashed ends cannot be empty.
        let ends = matches!(comparator, Comparator::SensitiveTextEndsWithAnyOf | Comparator::SensitiveTextNotEndsWithAnyOf);
        if self.chance(3) && (!ends || self.clients == Clients::JavaScript) {
            texts.push("");
        }
        if self.chance(2) {
            // A long list.
            texts.extend(TEXTS);
        }
        match comparator.field() {
            Field::Text if self.chance(90) => self.text().into(),
            Field::Text => self.one(&texts).into(),
            _ if self.chance(1) => list(&[]),
            _ => list(&texts),
        }
    }

    /// The name of an attribute that fits more often than not.
    fn name(&mut self, reads: Reads) -> &'static str {
        let fits = match reads {
            // configcat-node finds an attribute of this name in everybody.
            Reads::Text if self.odd(10) => "toString",
            Reads::Text => self.one(&ANY),
            Reads::Version => VERSION,
            Reads::Number => NUMBER,
            Reads::Date => DATE,
            Reads::List => LIST,
        };
        let name = if self.chance(75) { fits } else { self.one(&[ANY[0], ANY[1], ANY[2], ANY[3], VERSION, NUMBER, DATE, LIST]) };
        let (dates, lists) = holds_dates_and_lists(name, Clients::All);
        let python_fails = (reads == Reads::Number && dates) || (matches!(reads, Reads::Number | Reads::Date) && lists);
        if python_fails && self.clients == Clients::All { fits } else { name }
    }

    fn user(&mut self) -> GivenUser {
        let mut attributes = BTreeMap::from([("Identifier".to_owned(), Given::Text(self.text().to_owned()))]);
        for name in ["Email", "Country", "Ünï ✓", VERSION, NUMBER, DATE, LIST] {
            if self.chance(90) {
                let given = self.given(name);
                attributes.insert(name.to_owned(), given);
            }
        }
        if self.odd(50) {
            attributes.insert("toString".to_owned(), Given::Text(self.text().to_owned()));
        }
        if !self.identified && self.chance(20) {
            attributes.remove("Identifier");
        } else if self.chance(3) {
            attributes.insert("Identifier".to_owned(), Given::Text(String::new()));
        }
        GivenUser(attributes)
    }

    fn given(&mut self, name: &str) -> Given {
        let text = |text: &str| Given::Text(text.to_owned());
        if self.chance(5) {
            return text("");
        }
        // To Python a yes is the number 1, and its text is True.
        if self.odd(5) {
            return Given::Bool(self.chance(50));
        }
        let usual = self.chance(80);
        match name {
            VERSION if usual && self.chance(80) => text(self.one(&VERSIONS)),
            VERSION if usual => text(self.one(&NO_VERSIONS)),
            NUMBER if usual => self.number(),
            DATE if usual => Given::Date(self.one(&DATES)),
            LIST if usual && self.chance(50) => Given::List(self.one(&LISTS).iter().map(|text| (*text).to_owned()).collect()),
            LIST if usual => text(self.one(&LIST_TEXTS)),
            _ if usual => text(self.text()),
            _ => self.anything(name),
        }
    }

    fn anything(&mut self, name: &str) -> Given {
        let (dates, lists) = holds_dates_and_lists(name, self.clients);
        match self.random.random_range(0..6) {
            0 => self.number(),
            1 if dates => Given::Date(self.one(&DATES)),
            2 if lists => Given::List(self.one(&LISTS).iter().map(|text| (*text).to_owned()).collect()),
            3 => Given::Text(self.one(&VERSIONS).to_owned()),
            4 => Given::Text(self.one(&LIST_TEXTS).to_owned()),
            _ => Given::Text(self.one(&NUMBER_TEXTS).to_owned()),
        }
    }

    fn number(&mut self) -> Given {
        if self.odd(20) {
            return if self.chance(50) {
                Given::Number(self.one(&NUMBERS_OF_ONE))
            } else {
                Given::Text(self.one(&NUMBER_TEXTS_OF_ONE).into())
            };
        }
        if self.chance(50) { Given::Number(self.one(&NUMBERS_ALIKE)) } else { Given::Text(self.one(&NUMBER_TEXTS).to_owned()) }
    }

    /// Puts in what is no hash here and there: configcat-node passes over it, the others fail.
    fn spoil(&mut self, config: &mut Config) {
        let conditions = config.settings.values_mut().flat_map(|setting| &mut setting.rules).flat_map(|rule| &mut rule.conditions);
        for condition in conditions {
            if let Condition::User(UserCondition { comparator, value: ComparisonValue::List(items), .. }) = condition
                && comparator.is_sensitive()
                && self.odd(6)
            {
                let at = self.random.random_range(0..=items.len());
                items.insert(at, self.one(&NO_SLICES).to_owned());
            }
        }
    }
}

fn list(texts: &[&str]) -> ComparisonValue {
    ComparisonValue::List(texts.iter().map(|text| (*text).to_owned()).collect())
}
