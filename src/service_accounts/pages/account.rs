//! The page of one service account and its dialogs.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::{Delete, Given, Named, PlaceRow, Show, menu};
use crate::{
    api::{Params, Query},
    authz::{Authorized, By, Permission, Permit, Resource as _},
    error::{Error, Result},
    ids::ProductId,
    people::{
        self,
        pages::tokens::{self as shown, FreshToken, NewToken, TokenRow},
    },
    permission_groups,
    product_members::pages::{at_field, group_choices, parse_group},
    products,
    service_accounts::{
        ServiceAccount, actions,
        permits::{MakeServiceToken, ManageServiceAccount, ReadServiceAccount, RevokeServiceToken},
        store::{self, Placed},
    },
    teams::{self, BySlug},
    ui::{Action, Asked, Choice, Dialog, Form, Frame, Html, Posted, Section, Toast, done},
};

async fn frame<P: Permit>(may: &Authorized<P>, account: &ServiceAccount, title: &str) -> Result<Frame> {
    let team = teams::one(&may.read(), account.team).await?.ok_or(Error::NotFound)?;
    teams::frame(may, &team, title, Section::ServiceAccounts).await
}

fn status(form: &Form) -> StatusCode {
    if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// The groups of one account.
async fn places<P: Permit>(may: &Authorized<P>, account: &ServiceAccount) -> Result<Vec<Placed>> {
    let all = store::places(&may.read(), account.team).await?;
    Ok(all.into_iter().filter(|place| place.account == account.id).collect())
}

async fn page<P: Permit>(may: &Authorized<P>, account: &ServiceAccount, fresh: Option<FreshToken>) -> Result<Html<Show>> {
    let (db, path, place) = (may.read(), account.path(), account.place());
    let manages = may.may(Permission::ServiceAccountManage, &place);
    let may_make = may.may(Permission::ServiceAccountCredentials, &place);
    let own = places(may, account).await?;
    let row = |placed: &Placed| {
        let product = format!("/team/{}/products/{}", account.team_slug, placed.product);
        let mut menu = vec![];
        if manages {
            menu.push(Action::dialog("Another group…", "arrows-exchange", format!("{path}/group?product={}", placed.product)));
            menu.push(Action::link(format!("Why can {}…?", account.name), "help", format!("{product}/why?person={}", account.id)));
            let remove = format!("{product}/members/{}/remove", account.id);
            menu.push(Action::dialog("Remove from the product…", "user-minus", remove).danger());
        }
        PlaceRow {
            product: placed.product_name.clone(),
            href: format!("{product}/manage"),
            group: placed.group_name.clone(),
            group_href: format!("{product}/groups/{}", placed.group),
            menu,
        }
    };
    let products = products::list(&db, account.team, account.id, true, "").await?;
    let tokens = people::tokens(&db, account.id).await?;
    Ok(Html(Show {
        frame: frame(may, account, &account.name).await?,
        name: account.name.clone(),
        created: account.created_at.into(),
        created_by: account.created_by.clone(),
        may_give: manages && products.len() > own.len(),
        places: own.iter().map(row).collect(),
        tokens: TokenRow::all(tokens, &format!("{path}/tokens"), may_make, may.now()),
        fresh,
        may_make,
        menu: if manages { menu(&path) } else { vec![] },
        path,
    }))
}

pub async fn show(may: By<BySlug, ReadServiceAccount>) -> Result<Html<Show>> {
    page(&may, &may, None).await
}

pub async fn tokens(may: By<BySlug, ReadServiceAccount>) -> Result<Html<Show>> {
    page(&may, &may, None).await
}

pub async fn edit(may: By<BySlug, ManageServiceAccount>, asked: Asked) -> Result<Response> {
    let form = Form::new().with("name", &may.name);
    show_edit(&may, asked, form).await
}

async fn show_edit(may: &Authorized<ManageServiceAccount>, asked: Asked, form: Form) -> Result<Response> {
    let status = status(&form);
    let body = Named { action: format!("{}/rename", may.path()), back: may.path(), name: Some(may.name.clone()), form };
    Ok(Dialog { asked, frame: frame(may, may, "Rename the service account").await?, body }.with(status))
}

pub async fn rename(may: By<BySlug, ManageServiceAccount>, asked: Asked, posted: Posted) -> Result<Response> {
    let renamed = match actions::parse(posted.get("name")) {
        Ok(name) => actions::rename(&may, &name).await.map(|()| name),
        Err(error) => Err(error),
    };
    match posted.or_again(renamed)? {
        Ok(name) => Ok(done(asked, &may.path(), Some(Toast(format!("It is called {name} now."))))),
        Err(form) => show_edit(&may, asked, form).await,
    }
}

pub async fn confirm_delete(may: By<BySlug, ManageServiceAccount>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

async fn show_delete(may: &Authorized<ManageServiceAccount>, asked: Asked, form: Form) -> Result<Response> {
    let status = status(&form);
    let (places, tokens) = (places(may, may).await?, people::tokens(&may.read(), may.id).await?);
    let mut ends = vec![match tokens.as_slice() {
        [] => "It has no tokens.".to_owned(),
        [one] => format!("Its token “{}” does not work any more.", one.name),
        many => format!("Its {} tokens do not work any more.", many.len()),
    }];
    ends.extend(places.iter().map(|place| format!("The permission group {} in {} ends at once.", place.group_name, place.product_name)));
    ends.push("What was done stays in the audit log.".into());
    let body = Delete { action: format!("{}/delete", may.path()), back: may.path(), name: may.name.clone(), form, ends };
    Ok(Dialog { asked, frame: frame(may, may, "Delete the service account").await?, body }.with(status))
}

pub async fn delete(may: By<BySlug, ManageServiceAccount>, asked: Asked, posted: Posted) -> Result<Response> {
    let deleted = match posted.get("confirm").trim() == may.name.trim() {
        true => actions::delete(&may).await,
        false => Err(Error::field("confirm", format!("Please type {} to confirm.", may.name))),
    };
    match posted.or_again(deleted)? {
        Ok(()) => {
            let to = format!("/team/{}/service-accounts", may.team_slug);
            Ok(done(asked, &to, Some(Toast(format!("{} was deleted.", may.name)))))
        }
        Err(form) => show_delete(&may, asked, form).await,
    }
}

/// In which product.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Wanted {
    product: String,
}

impl Params for Wanted {
    const NAMES: &'static [(&'static str, &'static str)] = &[("product", "only the groups of this product")];
}

pub async fn choose_group(may: By<BySlug, ManageServiceAccount>, Query(wanted): Query<Wanted>, asked: Asked) -> Result<Response> {
    let there = places(&may, &may).await?.into_iter().find(|place| place.product.to_string() == wanted.product);
    let form = Form::new().with("group", there.map(|place| place.group.to_string()).unwrap_or_default());
    show_group(&may, asked, form, wanted.product.parse().ok()).await
}

/// The groups of a product, or those of all products where the account has none yet.
async fn choices(may: &Authorized<ManageServiceAccount>, only: Option<ProductId>) -> Result<Vec<Choice>> {
    let (db, own) = (may.read(), places(may, may).await?);
    let mut all = vec![];
    for listed in products::list(&db, may.team, may.id, true, "").await? {
        let there = own.iter().find(|place| place.product == listed.id);
        let shown = only.map_or(there.is_none(), |only| only == listed.id);
        let Some(product) = (if shown { products::one(&db, listed.id).await? } else { None }) else { continue };
        let before = match there {
            Some(place) => permission_groups::one(&db, place.group).await?,
            None => None,
        };
        let groups = group_choices(&db, may.grants(), &product, before.as_ref()).await?;
        all.extend(groups.into_iter().map(|choice| Choice { label: format!("{} · {}", product.name, choice.label), ..choice }));
    }
    Ok(all)
}

async fn show_group(may: &Authorized<ManageServiceAccount>, asked: Asked, form: Form, only: Option<ProductId>) -> Result<Response> {
    let status = status(&form);
    let groups = choices(may, only).await?;
    let of = only.map(|product| format!("?product={product}")).unwrap_or_default();
    let body = Given { action: format!("{}/group{of}", may.path()), back: may.path(), name: may.name.clone(), form, groups };
    Ok(Dialog { asked, frame: frame(may, may, "Permission group of the service account").await?, body }.with(status))
}

pub async fn give_group(
    may: By<BySlug, ManageServiceAccount>,
    Query(wanted): Query<Wanted>,
    asked: Asked,
    posted: Posted,
) -> Result<Response> {
    let given = match parse_group(posted.get("group")) {
        Ok(group) => actions::give(&may, group).await.map(|()| group).map_err(at_field),
        Err(error) => Err(error),
    };
    match posted.or_again(given)? {
        Ok(group) => {
            let group = permission_groups::one(&may.read(), group).await?.ok_or(Error::NotFound)?;
            Ok(done(asked, &may.path(), Some(Toast(format!("{} is in {} of {} now.", may.name, group.name, group.product_name)))))
        }
        Err(form) => show_group(&may, asked, form, wanted.product.parse().ok()).await,
    }
}

async fn show_new_token(may: &Authorized<MakeServiceToken>, asked: Asked, form: Form) -> Result<Response> {
    let status = status(&form);
    let body = NewToken { back: may.path(), ..NewToken::at(&format!("{}/tokens", may.path()), form) };
    Ok(Dialog { asked, frame: frame(may, may, "New token").await?, body }.with(status))
}

pub async fn new_token(may: By<BySlug, MakeServiceToken>, asked: Asked) -> Result<Response> {
    show_new_token(&may, asked, Form::new().with("expires", "never")).await
}

pub async fn create_token(may: By<BySlug, MakeServiceToken>, asked: Asked, posted: Posted) -> Result<Response> {
    let created = match shown::read(&posted, may.now()) {
        Ok(new) => actions::make_token(&may, &new).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Err(form) => show_new_token(&may, asked, form).await,
        Ok(fresh) => Ok((StatusCode::CREATED, page(&may, &may, Some(fresh.into())).await?).into_response()),
    }
}

pub async fn revoke_token(may: By<BySlug, RevokeServiceToken>, asked: Asked) -> Result<Response> {
    actions::revoke_token(&may).await?;
    let toast = Toast(format!("The token “{}” of {} does not work any more.", may.token.name, may.account.name));
    Ok(done(asked, &may.account.path(), Some(toast)))
}
