//! The import rules of `ARCHITECTURE.md`, checked on the source: a module uses only those above it in `src/lib.rs`, a feature never reaches
//! into another's store, actions or routes, and files stay readable.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

fn tree() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![];
    sources(&root, &mut found);
    assert!(found.len() > 50, "the tree was not found");
    found.into_iter().map(|(path, text)| (path.strip_prefix(&root).unwrap().to_owned(), text)).collect()
}

/// Code without comments and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn modules() -> Vec<String> {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.split(';').next().map(str::to_owned)).collect()
}

/// The module that a file belongs to.
fn module(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

const FEATURES_FROM: &str = "teams";

/// Paths after `crate::`, also those in braces: `crate::{a::b, c}` gives `a::b`, `c`.
fn used(code: &str) -> Vec<String> {
    let mut found = vec![];
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect()),
            Some(list) => {
                let mut depth = 1;
                let mut item = String::new();
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                    if c == ',' && depth == 1 {
                        found.push(std::mem::take(&mut item).trim().to_owned());
                    } else {
                        item.push(c);
                    }
                }
                found.push(item.trim().to_owned());
            }
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

#[test]
fn a_module_uses_only_those_above_it() {
    let order: HashMap<String, usize> = modules().into_iter().enumerate().map(|(at, name)| (name, at)).collect();
    // These four speak of each other's types: values that are columns, names of things that carry ids.
    let foundation = ["error", "redacted", "db", "clock", "ids", "text", "config"];
    let mut wrong = vec![];
    for (path, text) in tree() {
        let own = module(&path);
        let Some(own_at) = order.get(&own) else { continue };
        for used in used(&code(&text)) {
            let other = used.split("::").next().unwrap();
            if let Some(at) = order.get(other)
                && at > own_at
                && !(foundation.contains(&own.as_str()) && foundation.contains(&other))
            {
                wrong.push(format!("{} uses {used}, which stands below it in src/lib.rs", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_feature_does_not_reach_into_another() {
    let modules = modules();
    let first = modules.iter().position(|name| name == FEATURES_FROM).unwrap();
    let features: Vec<&String> = modules[first..].iter().filter(|name| !["app", "commands"].contains(&name.as_str())).collect();
    let mut wrong = vec![];
    for (path, text) in tree() {
        let own = module(&path);
        for used in used(&code(&text)) {
            let mut parts = used.split("::");
            let (other, inner) = (parts.next().unwrap().to_owned(), parts.next().unwrap_or_default());
            if other != own && features.contains(&&other) && ["store", "actions", "routes"].contains(&inner) {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_kind_of_file_does_its_own_work() {
    let machinery = ["db", "audit", "authz", "authn", "jobs", "mail", "platform"];
    let mut wrong = vec![];
    for (path, text) in tree() {
        let code = code(&text);
        let own = module(&path);
        let file = path.to_str().unwrap();
        let in_store = file.ends_with("/store.rs") || file.ends_with("_store.rs");
        if (code.contains("sqlx::") || code.contains("rusqlite")) && own != "db" {
            wrong.push(format!("{file} knows the database library"));
        }
        if code.contains("args![") && !in_store && !machinery.contains(&own.as_str()) {
            wrong.push(format!("{file} asks the database outside a store"));
        }
        if (file.contains("actions") || in_store) && (code.contains("axum") || code.contains("askama")) {
            wrong.push(format!("{file} knows the web"));
        }
        if (file.contains("pages") || file.ends_with("api.rs")) && code.contains(".change(") {
            wrong.push(format!("{file} changes something by itself"));
        }
        if in_store && code.contains("Error::Forbidden") {
            wrong.push(format!("{file} knows rules"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_readable() {
    let long: Vec<_> = tree().into_iter().filter(|(_, text)| text.lines().count() > 800).map(|(path, _)| path).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn every_feature_has_the_same_files() {
    for feature in ["teams", "people", "members", "permission_groups", "product_members", "invitations", "audit_log", "settings"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(feature);
        for file in ["mod.rs", "routes.rs", "permits.rs"] {
            assert!(folder.join(file).exists(), "{feature}/{file} is missing");
        }
        for noun in ["actions", "store", "pages", "api"] {
            let there = folder.join(format!("{noun}.rs")).exists() || folder.join(noun).is_dir();
            assert!(there || matches!((feature, noun), ("audit_log" | "settings", "actions" | "store")), "{feature}/{noun} is missing");
        }
    }
}
