//! The queries about code references.

use super::{Report, read};
use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{ConfigId, ProductId, ReportId, SettingId},
};

record! {
    /// What was found in a branch, in short.
    #[derive(Clone, Debug)]
    pub struct Brief {
        /// The repository.
        pub repository: String,
        /// The branch.
        pub branch: String,
        /// Where the commit can be looked at.
        pub commit_url: Option<String>,
        /// The commit.
        pub commit_hash: Option<String>,
        /// The program that searched.
        pub uploader: Option<String>,
        /// When.
        pub synced_at: Time,
        /// How many settings were found.
        pub settings: i64,
    }
}

/// The branches in which settings of a config were looked for.
pub async fn of_config(db: &Reader, config: ConfigId) -> Result<Vec<Brief>> {
    let sql = "SELECT r.repository, r.branch, r.commit_url, r.commit_hash, r.uploader, r.synced_at, \
               (SELECT count(*) FROM code_references c WHERE c.report = r.id) AS settings \
               FROM code_reports r WHERE r.config = $1 ORDER BY r.repository, r.branch LIMIT 5000";
    db.all(sql, args![config]).await
}

record! {
    struct Row {
        id: ReportId,
        repository: String,
        branch: String,
        commit_url: Option<String>,
        commit_hash: Option<String>,
        uploader: Option<String>,
        synced_at: Time,
        lines: String,
    }
}

/// How many bytes of places a page for programs holds.
pub const PAGE_BYTES: i64 = 1024 * 1024;
/// How many reports a page holds at most.
const PAGE_REPORTS: i64 = 100;

/// Where the code asks for a setting: a page of the reports, by repository and branch.
pub struct ReportPage {
    /// The reports.
    pub reports: Vec<Report>,
    /// The report after which the next page begins; `None` on the last one.
    pub next: Option<ReportId>,
}

record! {
    struct Size { id: ReportId, repository: String, branch: String, bytes: i64 }
}

/// Where the code asks for a setting: the page after the report `after`. It holds about `bytes` of places, or one report if that is larger: how
/// long they are is asked first, so that no more than that is read.
pub async fn of_setting(db: &Reader, setting: SettingId, after: Option<ReportId>, bytes: i64) -> Result<ReportPage> {
    let sql = "SELECT r.id, r.repository, r.branch, CAST(length(c.lines) AS bigint) AS bytes FROM code_references c JOIN code_reports r ON r.id = c.report \
               WHERE c.setting = $1 AND ($2 IS NULL OR (r.repository, r.branch) > (SELECT a.repository, a.branch FROM code_reports a WHERE a.id = $2)) \
               ORDER BY r.repository, r.branch LIMIT $3";
    let sizes: Vec<Size> = db.all(sql, args![setting, after, PAGE_REPORTS + 1]).await?;
    let mut total = 0;
    let fits = |size: &&Size| {
        total += size.bytes;
        total <= bytes
    };
    let most = usize::try_from(PAGE_REPORTS).unwrap_or(usize::MAX);
    let count = sizes.iter().take_while(fits).count().clamp(1, most).min(sizes.len());
    let Some((first, last)) = sizes.first().zip(sizes[..count].last()) else { return Ok(ReportPage { reports: vec![], next: None }) };
    let sql = "SELECT r.id, r.repository, r.branch, r.commit_url, r.commit_hash, r.uploader, r.synced_at, c.lines \
               FROM code_references c JOIN code_reports r ON r.id = c.report WHERE c.setting = $1 \
               AND (r.repository, r.branch) >= ($2, $3) AND (r.repository, r.branch) <= ($4, $5) ORDER BY r.repository, r.branch LIMIT $6";
    let count = i64::try_from(count).unwrap_or(PAGE_REPORTS);
    let args = args![setting, first.repository.as_str(), first.branch.as_str(), last.repository.as_str(), last.branch.as_str(), count];
    let rows: Vec<Row> = db.all(sql, args).await?;
    let next = (sizes.len() as i64 > count).then_some(last.id);
    let report = |row: Row| {
        Ok(Report {
            id: row.id,
            repository: row.repository,
            branch: row.branch,
            commit_url: row.commit_url,
            commit_hash: row.commit_hash,
            uploader: row.uploader,
            synced_at: row.synced_at,
            references: read(&row.lines)?,
        })
    };
    Ok(ReportPage { reports: rows.into_iter().map(report).collect::<Result<_>>()?, next })
}

record! {
    /// A setting for which some code asks.
    pub struct InCode {
        /// Its config.
        pub config: ConfigId,
        /// The setting.
        pub setting: SettingId,
    }
}

/// The settings of a product for which some code asks.
pub async fn settings_in_code(db: &Reader, product: ProductId) -> Result<Vec<InCode>> {
    let sql = "SELECT DISTINCT r.config, c.setting FROM code_references c JOIN code_reports r ON r.id = c.report JOIN configs g ON g.id = r.config \
               WHERE g.product = $1 ORDER BY c.setting LIMIT 100000";
    db.all(sql, args![product]).await
}

/// How many branches there are reports of.
pub(super) async fn count(db: &Reader, config: ConfigId) -> Result<i64> {
    let count = db.value("SELECT count(*) FROM code_reports WHERE config = $1", args![config]).await?;
    Ok(count.unwrap_or_default())
}

record! {
    struct Known { id: SettingId }
}

/// The settings of a config.
pub(super) async fn settings(db: &Reader, config: ConfigId) -> Result<Vec<SettingId>> {
    let known: Vec<Known> = db.all("SELECT id FROM config_settings WHERE config = $1 ORDER BY id LIMIT 10000", args![config]).await?;
    Ok(known.into_iter().map(|known| known.id).collect())
}

/// A report as it is stored, besides its id.
pub(super) struct New<'a> {
    pub config: ConfigId,
    pub repository: &'a str,
    pub branch: &'a str,
    pub commit_url: Option<String>,
    pub commit_hash: Option<String>,
    pub uploader: Option<String>,
}

/// Puts a report in the place of the one before it.
pub(super) async fn put(tx: &Writer, new: New<'_>, now: Time) -> Result<ReportId> {
    let id = ReportId::new();
    let sql = "DELETE FROM code_reports WHERE config = $1 AND repository = $2 AND branch = $3";
    tx.run(sql, args![new.config, new.repository, new.branch]).await?;
    let sql = "INSERT INTO code_reports (id, config, repository, branch, commit_url, commit_hash, uploader, synced_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let args = args![id, new.config, new.repository, new.branch, new.commit_url, new.commit_hash, new.uploader, now];
    tx.run(sql, args).await?;
    Ok(id)
}

pub(super) async fn put_lines(tx: &Writer, report: ReportId, setting: SettingId, lines: &str) -> Result<()> {
    let sql = "INSERT INTO code_references (report, setting, lines) VALUES ($1, $2, $3) \
               ON CONFLICT (report, setting) DO UPDATE SET lines = excluded.lines";
    tx.run(sql, args![report, setting, lines]).await.map(|_| ())
}

record! {
    /// A branch that there is a report of.
    pub(super) struct Branch { pub id: ReportId, pub branch: String }
}

/// The reports of a repository; of one branch if it is named.
pub(super) async fn reports(db: &Reader, config: ConfigId, repository: &str, branch: Option<&str>) -> Result<Vec<Branch>> {
    let sql = "SELECT id, branch FROM code_reports WHERE config = $1 AND repository = $2 ORDER BY branch LIMIT 5000";
    let mut found: Vec<Branch> = db.all(sql, args![config, repository]).await?;
    found.retain(|report| branch.is_none_or(|branch| report.branch == branch));
    Ok(found)
}

pub(super) async fn delete(tx: &Writer, report: ReportId) -> Result<()> {
    tx.run("DELETE FROM code_reports WHERE id = $1", args![report]).await.map(|_| ())
}

/// Forgets one setting of a report; tells how many it was.
pub(super) async fn forget(tx: &Writer, report: ReportId, setting: SettingId) -> Result<u64> {
    tx.run("DELETE FROM code_references WHERE report = $1 AND setting = $2", args![report, setting]).await
}
