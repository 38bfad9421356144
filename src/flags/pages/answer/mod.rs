//! What the addresses of flags answer: they fill the views beside this folder.

mod compare;
mod copy_all;
mod dashboard;
mod dialogs;
mod draft;
mod edit;
mod editor;
mod flag;
mod prerequisite;
mod restore;
mod switch;
mod tags;
mod try_it;
mod words;

pub(in crate::flags) use compare::{choose_copy, compare, copy};
pub(in crate::flags) use copy_all::{choose_copy_all, copy_all};
pub(in crate::flags) use dashboard::dashboard;
pub(in crate::flags) use dialogs::{confirm_delete, create, delete, new};
pub(in crate::flags) use edit::{change, edit, shift};
pub(in crate::flags) use editor::{check, save};
pub(in crate::flags) use flag::{history, show};
pub(in crate::flags) use restore::{choose_restore, restore};
pub(in crate::flags) use switch::{note, switch};
pub(in crate::flags) use tags::{choose_tags, tag};
pub(in crate::flags) use try_it::{try_form, try_it};

use axum::response::Response;

use crate::{
    api::Params,
    authz::{Authorized, Kind, Permission, Permit, Place},
    error::{Error, Result},
    flags::SettingValue,
    ids::{EnvironmentId, ReportId},
    products::{self, EnvironmentBrief, Product},
    ui::{Access, Asked, Crumb, Environment, Frame, Section, Tab, Toast, done},
};

/// The product around a page, and its environments.
struct Scene {
    product: Product,
    environments: Vec<EnvironmentBrief>,
}

impl Scene {
    async fn of<P: Permit>(may: &Authorized<P>, product: crate::ids::ProductId) -> Result<Self> {
        let db = may.read();
        let product = products::one(&db, product).await?.ok_or(Error::NotFound)?;
        let environments = products::environments_of(&db, product.id).await?;
        Ok(Self { product, environments })
    }

    /// How far the reader reaches into an environment.
    fn access<P: Permit>(&self, may: &Authorized<P>, environment: EnvironmentId) -> Access {
        let place = Place::in_product(Kind::Value, self.product.team, self.product.id).at(environment);
        match (may.may(Permission::ValueWrite, &place), may.may(Permission::ValueRead, &place)) {
            (true, _) => Access::Full,
            (false, true) => Access::ReadOnly,
            (false, false) => Access::None,
        }
    }

    /// The environments whose values the reader may see.
    fn seen<P: Permit>(&self, may: &Authorized<P>) -> Vec<&EnvironmentBrief> {
        self.environments.iter().filter(|environment| self.access(may, environment.id) > Access::None).collect()
    }

    /// The environment that is asked for, which the reader may see.
    fn named<P: Permit>(&self, may: &Authorized<P>, asked: &str) -> Result<&EnvironmentBrief> {
        let id = environment_of(asked)?;
        self.seen(may).into_iter().find(|environment| environment.id == id).ok_or(Error::NotFound)
    }

    /// The environment that is asked for, or the first that the reader may see; nothing if there is none.
    fn chosen<P: Permit>(&self, may: &Authorized<P>, asked: &str) -> Result<Option<&EnvironmentBrief>> {
        match asked.trim() {
            "" => Ok(self.seen(may).first().copied()),
            asked => self.named(may, asked).map(Some),
        }
    }

    /// Whether a change in this environment needs a note.
    fn note_required(&self, environment: &EnvironmentBrief) -> bool {
        self.product.note_required || environment.note_required
    }

    /// The frame of a page; its crumbs lead to the config if the page is below it.
    async fn frame<P: Permit>(&self, may: &Authorized<P>, title: &str, config: Option<(&str, &str)>) -> Result<Frame> {
        let mut frame = products::frame(may, &self.product, title, Section::Flags).await?;
        if let Some((name, path)) = config {
            frame.crumbs.push(Crumb::new(name, path));
        }
        frame.stream = Some(format!("{}/stream", self.product.path()));
        Ok(frame)
    }
}

/// Reads the id of an environment.
fn environment_of(text: &str) -> Result<EnvironmentId> {
    text.trim().parse().map_err(|_| Error::field("environment", "Please say in which environment."))
}

/// The answer to somebody who may see no environment at all: the dashboard, which says so.
fn unseen(asked: Asked, dashboard: &str) -> Response {
    done(asked, dashboard, Some(Toast("You have no access to the values of any environment.".into())))
}

/// An environment as the pages draw it.
fn drawn(environment: &EnvironmentBrief) -> Environment {
    Environment::new(environment.id.to_string(), &environment.name, environment.color.as_deref().unwrap_or_default())
}

/// The environment of a value, likewise.
fn place(value: &SettingValue) -> Environment {
    Environment::new(value.at.id.to_string(), &value.at.name, value.at.color.as_deref().unwrap_or_default())
}

/// The tabs over the pages of a config.
fn tabs<P: Permit>(may: &Authorized<P>, product: &Product, path: &str, here: &str) -> Vec<Tab> {
    let mut tabs = vec![Tab::new("Flags and settings", path)];
    let keys = Place::in_product(Kind::SdkKey, product.team, product.id);
    if may.may(Permission::SdkKeyRead, &keys) {
        tabs.push(Tab::new("SDK keys", format!("{path}/keys")));
    }
    tabs.push(Tab::new("Try it", format!("{path}/try")));
    tabs.push(Tab::new("Compare", format!("{path}/compare")));
    tabs.into_iter().map(|tab| Tab { here: tab.label == here, ..tab }).collect()
}

/// Which environment, and what else addresses of flags carry.
#[derive(Default, serde::Deserialize)]
pub struct At {
    #[serde(default)]
    environment: String,
    #[serde(default)]
    position: String,
    #[serde(default)]
    before: Option<i64>,
    #[serde(default)]
    flip: String,
    code: Option<ReportId>,
}

impl Params for At {
    const NAMES: &'static [(&'static str, &'static str)] = &[
        ("environment", "which environment"),
        ("position", "which event of the log"),
        ("before", "older than this event of the log"),
        ("flip", "what a switch is to do"),
        ("code", "places in the code after this report"),
    ];
}
