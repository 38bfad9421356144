//! `flag-eval` beside ConfigCat’s own SDKs: thousands of generated configs and users, one answer.
//!
//! The SDKs fetch each config over HTTP and evaluate every setting for every user. Where they disagree with each other, the documentation
//! and the SDK for JavaScript are followed; these cases are generated for that SDK only, and the documentation of the crate lists them.

mod clients;
mod disagreements;
mod generator;
mod pools;
mod users;

use std::collections::BTreeMap;

use flag_eval::{
    Comparator, Compiled, EvalError, Outcome, User, Verdict, Why,
    explain::{ConditionAbout, ConditionTrace, Trace},
};
use rand::{SeedableRng as _, rngs::StdRng};
use serde_json::{Value as Json, json};

use generator::{Case, Clients, generate};

/// Cases for all clients, and cases for one.
const CASES: [(Clients, usize); 2] = [(Clients::All, 1_500), (Clients::JavaScript, 750)];

#[test]
fn the_clients_give_the_same_answers() {
    let mut random = StdRng::seed_from_u64(20_261_122);
    let wanted = CASES.iter().flat_map(|(clients, count)| vec![*clients; *count]).enumerate();
    let cases: Vec<Case> = wanted.map(|(number, clients)| generate(&mut random, number, clients)).collect();
    let ours: Vec<Vec<Vec<Json>>> = cases.iter().map(answers).collect();
    assert!(worth_asking(&cases));

    let everything: Vec<&Case> = cases.iter().collect();
    let for_all: Vec<&Case> = cases.iter().filter(|case| case.clients == Clients::All).collect();
    let server = clients::serve(cases.iter().map(|case| case.config.to_json().unwrap()).collect());
    let differences = std::thread::scope(|threads| {
        let asked = [
            threads.spawn(|| ("@configcat/sdk", clients::javascript("@configcat/sdk", &server, &everything))),
            threads.spawn(|| ("configcat-node", clients::javascript("configcat-node", &server, &for_all))),
            threads.spawn(|| ("configcat-client", clients::python(&server, &for_all))),
        ];
        let told = asked.map(|client| client.join().unwrap());
        told.iter().flat_map(|(name, theirs)| differences(name, &cases, &ours, theirs)).collect::<Vec<_>>()
    });
    let shown = &differences[..differences.len().min(10)];
    assert!(differences.is_empty(), "{} differences, such as\n{}", differences.len(), shown.join("\n\n"));
}

/// What every setting is for every user.
fn answers(case: &Case) -> Vec<Vec<Json>> {
    let compiled = Compiled::lenient(&case.config);
    let of_user = |user: Option<&dyn User>| {
        let of_setting = |key: &str| {
            let outcome = compiled.evaluate(key, user);
            assert_eq!(compiled.explain(key, user).unwrap().outcome, outcome, "an explanation is of the same answer");
            answer(&outcome)
        };
        compiled.keys().map(of_setting).collect()
    };
    case.users.iter().map(|user| of_user(user.as_ref().map(|user| user as &dyn User))).collect()
}

fn answer(outcome: &Result<Outcome<'_>, EvalError>) -> Json {
    match outcome {
        Ok(outcome) => json!({ "value": outcome.value.plain(), "variation": outcome.variation }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

/// Failures are the same when both are; 5 and 5.0 are the same in JavaScript.
fn same(ours: &Json, theirs: &Json) -> bool {
    if ours.get("error").is_some() || theirs.get("error").is_some() {
        return ours.get("error").is_some() && theirs.get("error").is_some();
    }
    let values = match (ours["value"].as_f64(), theirs["value"].as_f64()) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => ours["value"] == theirs["value"],
    };
    values && ours["variation"] == theirs["variation"]
}

fn differences(client: &str, cases: &[Case], ours: &[Vec<Vec<Json>>], theirs: &BTreeMap<usize, Json>) -> Vec<String> {
    let mut found = vec![];
    for (at, theirs) in theirs {
        let case = &cases[*at];
        for (user, ours) in ours[*at].iter().enumerate() {
            for ((key, setting), (number, ours)) in case.config.settings.iter().zip(ours.iter().enumerate()) {
                let theirs = &theirs[user][number];
                if !same(ours, theirs) {
                    let (setting, user) = (serde_json::to_string(setting).unwrap(), json!(case.users[user]));
                    let segments = serde_json::to_string(&case.config.segments).unwrap();
                    found.push(format!(
                        "{client}, case {at}, {key:?}: theirs {theirs}, ours {ours}\n  user {user}\n  {setting}\n  segments {segments}"
                    ));
                }
            }
        }
    }
    found
}

/// Does every comparator say everything that it can often enough, and do the ways in which a setting decides all occur?
fn worth_asking(cases: &[Case]) -> bool {
    let mut said: BTreeMap<(Comparator, &str), usize> = BTreeMap::new();
    let mut decided: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        let compiled = Compiled::lenient(&case.config);
        for user in &case.users {
            let user = user.as_ref().map(|user| user as &dyn User);
            for key in compiled.keys() {
                look(&compiled.explain(key, user).unwrap(), &mut said, &mut decided);
            }
        }
    }
    for comparator in Comparator::ALL {
        for verdict in ["true", "false", "missing", "cannot"] {
            let wanted = verdict != "cannot" || comparator.reads() != flag_eval::comparator::Reads::Text;
            let count = said.get(&(comparator, verdict)).copied().unwrap_or(0);
            assert!(!wanted || count >= 20, "{comparator:?} was {verdict} only {count} times");
        }
    }
    for way in ["STATIC", "TARGETING_MATCH", "SPLIT", "no prerequisite", "other type", "cycle"] {
        let count = decided.get(way).copied().unwrap_or(0);
        assert!(count >= 20, "{way} only {count} times: {decided:?}");
    }
    true
}

fn look(trace: &Trace<'_>, said: &mut BTreeMap<(Comparator, &'static str), usize>, decided: &mut BTreeMap<String, usize>) {
    let way = match &trace.outcome {
        Ok(outcome) => outcome.reason.name(),
        Err(error) => match error.to_string() {
            error if error.contains("does not exist") => "no prerequisite",
            error if error.contains("is compared with") => "other type",
            error if error.contains("wait for each other") => "cycle",
            _ => "other",
        },
    };
    *decided.entry(way.to_owned()).or_default() += 1;
    let mut conditions: Vec<&ConditionTrace<'_>> = trace.rules.iter().flat_map(|rule| &rule.conditions).collect();
    while let Some(condition) = conditions.pop() {
        match &condition.about {
            ConditionAbout::User { comparator, .. } => {
                let verdict = match condition.verdict {
                    Some(Verdict::True) => "true",
                    Some(Verdict::False) => "false",
                    Some(Verdict::CannotEvaluate(Why::NoUser | Why::Missing)) => "missing",
                    Some(Verdict::CannotEvaluate(_)) => "cannot",
                    None => "failed",
                };
                *said.entry((*comparator, verdict)).or_default() += 1;
            }
            ConditionAbout::Segment { conditions: inner, .. } => conditions.extend(inner),
            ConditionAbout::Flag { setting, .. } => setting.iter().for_each(|trace| look(trace, said, decided)),
        }
    }
}
