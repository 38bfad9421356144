//! Code references: where the code of an application asks for settings. Programs that search it upload what they have found, branch by branch;
//! it is shown at the setting.

mod actions;
mod api;
pub mod pages;
pub mod permits;
mod routes;
mod store;

pub use actions::{Scan, delete_reports, upload};
pub use routes::{json, pages};
pub use store::{InCode, PAGE_BYTES, ReportPage, of_setting, settings_in_code};

use serde::{Deserialize, Serialize};

use crate::{
    authz::{Address, Asked},
    clock::Time,
    configs::{self, Config},
    db::Reader,
    error::{Error, Result},
    ids::{ConfigId, ProductId, ReportId, SettingId},
};

/// `/api/v1/products/{product}/configs/{config}/…`
pub struct InProductById;

/// The names in such an address.
#[derive(Deserialize)]
pub struct ConfigPath {
    product: ProductId,
    config: ConfigId,
}

impl Address<Config> for InProductById {
    type Path = ConfigPath;
    async fn find(db: &Reader, _: &Asked<'_>, path: ConfigPath) -> Result<Option<Config>> {
        Ok(configs::one(db, path.config).await?.filter(|config| config.product == path.product))
    }
}

/// What was found of a setting in a branch.
#[derive(Clone, Debug)]
pub struct Report {
    /// The report.
    pub id: ReportId,
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
    /// The places.
    pub references: Vec<Reference>,
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The file.
    pub file: String,
    /// Where it can be looked at.
    pub file_url: Option<String>,
    /// Lines before.
    pub before: Vec<CodeLine>,
    /// The line.
    pub line: CodeLine,
    /// Lines after.
    pub after: Vec<CodeLine>,
}

/// A line of code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeLine {
    /// Its number.
    pub number: i64,
    /// What it says.
    pub text: Option<String>,
}

/// What was found of one setting.
#[derive(Clone, Debug)]
pub struct Found {
    /// The setting.
    pub setting: SettingId,
    /// The places.
    pub references: Vec<Reference>,
}

impl Reference {
    /// Where the line can be looked at, if that is an address of the web.
    pub fn link(&self) -> Option<&str> {
        web(self.file_url.as_deref())
    }
}

impl Report {
    /// Where the commit can be looked at, if that is an address of the web.
    pub fn link(&self) -> Option<&str> {
        web(self.commit_url.as_deref())
    }
}

/// Addresses come from programs: what is no address of the web is no link.
fn web(url: Option<&str>) -> Option<&str> {
    url.filter(|url| url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()))
}

fn read(text: &str) -> Result<Vec<Reference>> {
    serde_json::from_str(text).map_err(Error::internal)
}
