//! The verbs about code references.

use super::{
    CodeLine, Found,
    permits::{DeleteReferences, UploadReferences},
    store,
};
use crate::{
    audit::{Event, ProductEvent, Unaudited},
    authz::Authorized,
    error::{Error, Fields, Result},
    ids::{ReportId, SettingId},
};

/// The longest name of a repository, a branch, a file, a commit, a program.
const LONGEST_NAME: usize = 255;
/// The longest address, and the longest line.
const LONGEST_TEXT: usize = 1000;
/// How many branches of a config there are reports of.
const MOST_REPORTS: i64 = 100;
/// How many bytes the places of a report have as they are stored.
const LARGEST_REPORT: usize = 1024 * 1024;

/// What a program has found in a branch.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// The repository.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// Where the commit can be looked at.
    pub commit_url: Option<String>,
    /// The commit.
    pub commit_hash: Option<String>,
    /// The program.
    pub uploader: Option<String>,
    /// The branches that there are; what was found in others is forgotten. None means that nothing is known of them.
    pub active_branches: Vec<String>,
    /// What was found.
    pub found: Vec<Found>,
}

impl Scan {
    /// What is wrong stands at `repository`, `branch`, `commit_url`, `commit_hash`, `uploader` or `found`.
    fn check(&self) -> Result<()> {
        let mut fields = Fields::default();
        let mut check = |name: &'static str, text: &str, least: usize, most: usize| {
            if !(least..=most).contains(&text.chars().count()) {
                fields.add(name, format!("It has {least} to {most} characters."));
            }
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        check("repository", &self.repository, 1, LONGEST_NAME);
        check("branch", &self.branch, 1, LONGEST_NAME);
        check("commit_url", &text(&self.commit_url), 0, LONGEST_TEXT);
        check("commit_hash", &text(&self.commit_hash), 0, LONGEST_NAME);
        check("uploader", &text(&self.uploader), 0, LONGEST_NAME);
        for reference in self.found.iter().flat_map(|found| &found.references) {
            check("found", &reference.file, 1, LONGEST_NAME);
            check("found", &text(&reference.file_url), 0, LONGEST_TEXT);
            let lines = reference.before.iter().chain([&reference.line]).chain(&reference.after);
            lines.for_each(|CodeLine { text: line, .. }| check("found", &text(line), 0, LONGEST_TEXT));
        }
        if fields.0.is_empty() { Ok(()) } else { Err(fields.into()) }
    }
}

/// Keeps what was found in a branch, in the place of what was found there before. What is said of settings of other configs is left out.
pub async fn upload(may: &Authorized<UploadReferences>, scan: &Scan) -> Result<ReportId> {
    scan.check()?;
    may.change(async |tx| {
        let config = tx.on();
        if !scan.active_branches.is_empty() {
            for known in store::reports(&tx, config.id, &scan.repository, None).await? {
                if !scan.active_branches.contains(&known.branch) {
                    store::delete(&tx, known.id).await?;
                }
            }
        }
        let new = store::New {
            config: config.id,
            repository: &scan.repository,
            branch: &scan.branch,
            commit_url: scan.commit_url.clone(),
            commit_hash: scan.commit_hash.clone(),
            uploader: scan.uploader.clone(),
        };
        let report = store::put(&tx, new, tx.now()).await?;
        if store::count(&tx, config.id).await? > MOST_REPORTS {
            return Err(Error::refused(
                "too_many_reports",
                format!(
                    "There are reports of {MOST_REPORTS} branches of this config already. Please delete those of branches that are gone, or send the \
                     branches that there are with the report."
                ),
            ));
        }
        let known = store::settings(&tx, config.id).await?;
        let mut bytes = 0;
        for found in scan.found.iter().filter(|found| known.contains(&found.setting) && !found.references.is_empty()) {
            let lines = serde_json::to_string(&found.references).map_err(Error::internal)?;
            bytes += lines.len();
            if bytes > LARGEST_REPORT {
                return Err(Error::field("found", "This is more than 1 MB of code. Please send fewer lines around each place."));
            }
            store::put_lines(&tx, report, found.setting, &lines).await?;
        }
        let (repository, branch) = (scan.repository.clone(), scan.branch.clone());
        let event = ProductEvent::CodeReferencesUploaded { at: config.at(), config: config.reference(), repository, branch };
        Ok((report, Event::from(event)))
    })
    .await
}

/// Forgets what was found in a repository: in one branch, of one setting, or all of it.
pub async fn delete_reports(
    may: &Authorized<DeleteReferences>,
    repository: &str,
    branch: Option<&str>,
    setting: Option<SettingId>,
) -> Result<()> {
    let branch = branch.filter(|branch| !branch.is_empty());
    may.change(async |tx| {
        let config = tx.on();
        let mut gone = 0;
        for report in store::reports(&tx, config.id, repository, branch).await? {
            match setting {
                Some(setting) => gone += store::forget(&tx, report.id, setting).await?,
                None => {
                    store::delete(&tx, report.id).await?;
                    gone += 1;
                }
            }
        }
        let event = match gone {
            0 => Event::Unaudited(Unaudited::Nothing),
            _ => ProductEvent::CodeReferencesDeleted {
                at: config.at(),
                config: config.reference(),
                repository: repository.to_owned(),
                branch: branch.map(str::to_owned),
            }
            .into(),
        };
        Ok(((), event))
    })
    .await
}
