use super::*;
use crate::clock::Time;

fn stored(key: &str, team: u128, pair: u128, revision: i64) -> Stored {
    let id = Uuid::from_u128;
    let (product, config, environment) = (ProductId(id(team + 1)), ConfigId(id(pair)), EnvironmentId(id(pair + 1)));
    Stored { key: key.into(), team: TeamId(id(team)), product, config, environment, revision }
}

fn file(revision: i64) -> Arc<File> {
    Arc::new(File::new(&flag_eval::Config::default(), Default::default(), revision, Time(0)).unwrap())
}

#[tokio::test]
async fn keys_come_and_go_by_scope() {
    let serving = Serving::default();
    assert!(!serving.is_loaded());
    let all = [stored("a", 10, 100, 1), stored("b", 10, 100, 1), stored("c", 20, 200, 1)];
    assert_eq!(serving.set(Scope::All, &all, serving.begin()).unwrap().len(), 2, "two pairs are to be made");
    assert!(serving.is_loaded());
    let a = serving.find("a").unwrap();
    assert!(Arc::ptr_eq(&a.pair, &serving.find("b").unwrap().pair), "both keys of a pair open the same file");
    a.pair.serve(file(1), serving.begin());

    // The list of a team says nothing of another team's keys.
    let outdated = serving.set(Scope::Team(TeamId(Uuid::from_u128(10))), &all[..1], serving.begin()).unwrap();
    assert!(outdated.is_empty(), "the file is as new as its revision");
    assert!(serving.find("b").is_none());
    assert!(serving.find("c").is_some());
    assert!(Arc::ptr_eq(&a, &serving.find("a").unwrap()), "what stays is the same");

    let newer = [stored("a", 10, 100, 2)];
    let outdated = serving.set(Scope::Team(TeamId(Uuid::from_u128(10))), &newer, serving.begin()).unwrap();
    assert_eq!(outdated.len(), 1);
}

#[test]
fn a_file_in_question_is_compared_with_what_was_committed_before() {
    let serving = Serving::default();
    let all = [stored("a", 10, 100, 1), stored("c", 20, 200, 1)];
    serving.set(Scope::All, &all, serving.begin());
    let [a, c] = ["a", "c"].map(|key| serving.find(key).unwrap().pair.clone());
    for pair in [&a, &c] {
        pair.serve(file(1), serving.begin());
    }
    let before = serving.begin();
    serving.doubt(Scope::Team(a.team));
    assert!(a.file().is_none() && a.newest().is_some() && c.file().is_some());
    a.settle(before);
    assert!(a.file().is_none(), "what was read before the commit proves nothing");
    serving.set(Scope::All, &all, serving.begin());
    assert!(a.file().is_some(), "it is as new as its revision");
}

#[test]
fn a_change_is_about_as_little_as_it_says() {
    let team = TeamId::new();
    let quiet = Change { team: Some(team), about: vec![Uuid::new_v4()], ..Change::default() };
    assert_eq!(Scope::of(&quiet), [], "a member who comes or goes changes no file");
    assert_eq!(Scope::of(&Change { about: vec![], ..quiet.clone() }), [Scope::Team(team)]);
    assert_eq!(Scope::of(&Change { gone: vec![team.0], ..quiet }), [Scope::Team(team)]);
    assert_eq!(Scope::of(&Change::anything()), [Scope::All]);
}

#[tokio::test]
async fn a_removed_key_does_not_come_back_from_an_old_list() {
    let serving = Serving::default();
    let all = [stored("a", 10, 100, 1)];
    serving.set(Scope::All, &all, serving.begin());
    let begun = serving.begin();
    let key = serving.find("a").unwrap();
    serving.remove("a");
    key.removed().await;
    assert!(serving.find("a").is_none());
    assert!(serving.set(Scope::All, &all, begun).is_none(), "the list was read before the key was removed");
    assert!(serving.find("a").is_none());
}

#[test]
fn what_is_gone_takes_its_keys_along() {
    for gone in [100, 101, 10, 11] {
        let serving = Serving::default();
        serving.set(Scope::All, &[stored("a", 10, 100, 1), stored("b", 20, 200, 1)], serving.begin());
        serving.forget(&[Uuid::from_u128(gone)]);
        assert!(serving.find("a").is_none(), "{gone}");
        assert!(serving.find("b").is_some(), "{gone}");
    }
}

#[test]
fn etags_are_compared_as_they_should_be() {
    let file = file(1);
    let etag = file.plain.etag.to_str().unwrap();
    assert!(etag.starts_with('"') && etag.ends_with('"'));
    for theirs in [etag.to_owned(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".into(), file.gzip.etag.to_str().unwrap().into()] {
        assert!(file.is_one_of(&theirs), "{theirs}");
    }
    for theirs in ["empty", "null", "", "\"\"", "\"empty\"", etag.trim_matches('"'), ","] {
        assert!(!file.is_one_of(theirs), "{theirs}");
    }
}
