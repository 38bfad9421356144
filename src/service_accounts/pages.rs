//! The pages about service accounts.

use askama::Template;

mod account;
mod list;

pub(super) use account::{
    choose_group, confirm_delete, create_token, delete, edit, give_group, new_token, rename, revoke_token, show, tokens,
};
pub(super) use list::{create, index, new};

use crate::{
    people::pages::tokens::{FreshToken, TokenRow},
    ui::{Action, Avatar, Choice, Form, Frame, Moment},
};

/// The service accounts of a team.
#[derive(Template)]
#[template(path = "service_accounts/templates/index.html")]
pub struct Index {
    /// Around it.
    pub frame: Frame,
    /// `/team/{team}/service-accounts`.
    pub path: String,
    /// Whether the reader may create one.
    pub may_create: bool,
    /// By name.
    pub accounts: Vec<Row>,
}

/// A service account in the list.
pub struct Row {
    /// Its mark.
    pub avatar: Avatar,
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// "Storefront · Developer", one for each product.
    pub groups: Vec<String>,
    /// How many tokens it has that have not ended.
    pub tokens: u64,
    /// When one of them was last used.
    pub seen: Option<Moment>,
    /// Rename, delete.
    pub menu: Vec<Action>,
}

/// What a service account may do, and its tokens.
#[derive(Template)]
#[template(path = "service_accounts/templates/show.html")]
pub struct Show {
    /// Around it.
    pub frame: Frame,
    /// `/team/{team}/service-accounts/{account}`.
    pub path: String,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created: Moment,
    /// By whom.
    pub created_by: Option<String>,
    /// Its groups, in the order of the products.
    pub places: Vec<PlaceRow>,
    /// Whether there is a product that it has no group in yet.
    pub may_give: bool,
    /// Its tokens, newest first.
    pub tokens: Vec<TokenRow>,
    /// The one that was made just now, shown this once.
    pub fresh: Option<FreshToken>,
    /// Whether the reader may make tokens.
    pub may_make: bool,
    /// Rename, delete.
    pub menu: Vec<Action>,
}

/// The group of a service account in a product.
pub struct PlaceRow {
    /// Name of the product.
    pub product: String,
    /// Its people.
    pub href: String,
    /// Name of the group.
    pub group: String,
    /// The group itself.
    pub group_href: String,
    /// Another group, what it changed, remove.
    pub menu: Vec<Action>,
}

/// Dialog: a name. Field `name`.
#[derive(Template)]
#[template(path = "service_accounts/templates/_name.html")]
pub struct Named {
    /// Where the form goes.
    pub action: String,
    /// Where it came from.
    pub back: String,
    /// Its name as it is; none for a new one.
    pub name: Option<String>,
    /// What was typed, or what holds.
    pub form: Form,
}

/// Dialog: a permission group. Field `group`.
#[derive(Template)]
#[template(path = "service_accounts/templates/_group.html")]
pub struct Given {
    /// Where the form goes.
    pub action: String,
    /// The page of the account.
    pub back: String,
    /// Its name.
    pub name: String,
    /// The chosen one.
    pub form: Form,
    /// "Storefront · Developer", with what each means.
    pub groups: Vec<Choice>,
}

/// Dialog: the end of a service account. Field `confirm`: its name.
#[derive(Template)]
#[template(path = "service_accounts/templates/_delete.html")]
pub struct Delete {
    /// Where the form goes.
    pub action: String,
    /// The page of the account.
    pub back: String,
    /// Its name.
    pub name: String,
    /// What was typed.
    pub form: Form,
    /// What ends with it, a sentence each.
    pub ends: Vec<String>,
}

impl Index {
    fn create(&self) -> Action {
        Action::dialog("New service account", "plus", format!("{}/new", self.path))
    }
}

impl Show {
    fn make(&self) -> Action {
        Action::dialog("New token", "key", format!("{}/tokens/new", self.path))
    }

    fn give(&self) -> Action {
        Action::dialog("Add to a product", "plus", format!("{}/group", self.path))
    }
}

/// What may be done about an account that one manages.
fn menu(path: &str) -> Vec<Action> {
    vec![
        Action::dialog("Rename…", "pencil", format!("{path}/rename")),
        Action::dialog("Delete…", "trash", format!("{path}/delete")).danger(),
    ]
}
