//! Name, preferences and the end of a product.

use axum::{http::StatusCode, response::Response};

use super::{Delete, Settings};
use crate::{
    authz::{Authorized, By, Permit},
    error::Result,
    products::{
        Changes, EnvironmentBrief, InTeam, Product, actions,
        frame::frame,
        permits::{ChangePreferences, DeleteProduct, EditProduct},
        store::{self, Holds},
    },
    ui::{Asked, Choice, Dialog, Environment, Form, Html, Posted, Section, Toast, done},
};

/// The ways in which keys are written, each with an example.
fn key_styles() -> Vec<Choice> {
    let styles = [
        ("camelCase", "camelCase: newCheckout"),
        ("lowerCase", "lower_case: new_checkout"),
        ("upperCase", "UPPER_CASE: NEW_CHECKOUT"),
        ("pascalCase", "PascalCase: NewCheckout"),
        ("kebabCase", "kebab-case: new-checkout"),
    ];
    styles.into_iter().map(|(value, label)| Choice::new(value, label)).collect()
}

fn marks(environments: &[EnvironmentBrief]) -> Vec<Environment> {
    environments.iter().map(EnvironmentBrief::shown).collect()
}

pub async fn settings(may: By<InTeam, ChangePreferences>) -> Result<Response> {
    let environments = store::environments_of(&may.read(), may.id).await?;
    let on = |on: bool| if on { "on" } else { "" };
    let form = Form::new()
        .with("name", &may.name)
        .with("description", may.description.clone().unwrap_or_default())
        .with("key_style", &may.key_style)
        .with("show_variation_id", on(may.show_variation_id))
        .with("hint_mandatory", on(may.hint_mandatory))
        .with("note_required", on(may.note_required));
    let form =
        environments.iter().fold(form, |form, environment| form.with(&format!("note_{}", environment.id), on(environment.note_required)));
    show_settings(&may, form, &environments).await
}

async fn show_settings(may: &Authorized<ChangePreferences>, form: Form, environments: &[EnvironmentBrief]) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Settings {
        frame: frame(may, may, "Product settings", Section::ProductSettings).await?,
        path: may.path(),
        form,
        may_rename: may.also::<EditProduct>(may),
        may_delete: may.also::<DeleteProduct>(may),
        key_styles: key_styles(),
        environments: marks(environments),
    };
    Ok(Html(page).with(status))
}

/// What the form says; name and description only from those who may give them.
fn changes(posted: &Posted, product: &Product, may_rename: bool, environments: &[EnvironmentBrief]) -> Result<Changes> {
    let name = Some(posted.get("name")).filter(|_| may_rename);
    let description = Some(posted.get("description")).filter(|text| may_rename && (!text.is_empty() || product.description.is_some()));
    let on = |field: &str| posted.get(field) == "on";
    Ok(Changes {
        show_variation_id: Some(on("show_variation_id")),
        hint_mandatory: Some(on("hint_mandatory")),
        note_required: Some(on("note_required")),
        notes: environments.iter().map(|environment| (environment.id, on(&format!("note_{}", environment.id)))).collect(),
        ..Changes::parse(name, description, Some(posted.get("key_style")))?
    })
}

pub async fn change(may: By<InTeam, ChangePreferences>, asked: Asked, posted: Posted) -> Result<Response> {
    let environments = store::environments_of(&may.read(), may.id).await?;
    let changed = match changes(&posted, &may, may.also::<EditProduct>(&may), &environments) {
        Ok(changes) => actions::change(&may, &changes).await,
        Err(error) => Err(error),
    };
    match posted.or_again(changed)? {
        Ok(product) => Ok(done(asked, &format!("{}/settings", product.path()), Some(Toast("The product’s settings were saved.".into())))),
        Err(form) => show_settings(&may, form, &environments).await,
    }
}

pub async fn confirm_delete(may: By<InTeam, DeleteProduct>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, Form::new()).await
}

async fn show_delete<P: Permit<On = Product>>(may: &Authorized<P>, asked: Asked, form: Form) -> Result<Response> {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = frame(may, may, &format!("Delete {}", may.name), Section::ProductSettings).await?;
    let body = Delete {
        action: format!("{}/delete", may.path()),
        back: format!("{}/settings", may.path()),
        name: may.name.clone(),
        form,
        environments: marks(&store::environments_of(&may.read(), may.id).await?),
        ends: ends(&store::holds(&may.read(), may.id).await?),
    };
    Ok(Dialog { asked, frame, body }.with(status))
}

/// “1 flag”, “52 flags”.
fn many(count: i64, one: &str, more: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
}

fn ends(holds: &Holds) -> Vec<String> {
    let flags = format!("{} in {}", many(holds.flags, "flag", "flags"), many(holds.configs, "config", "configs"));
    let mut ends = vec![flags, many(holds.keys, "SDK key", "SDK keys")];
    if holds.people > 0 {
        ends.push(format!("The access of {}", many(holds.people, "person", "people")));
    }
    if holds.guests > 0 {
        ends.push(format!("{} no other product here and so the team itself", many(holds.guests, "Guest has", "Guests have")));
    }
    if holds.invitations > 0 {
        ends.push(many(holds.invitations, "invitation", "invitations"));
    }
    ends
}

pub async fn delete(may: By<InTeam, DeleteProduct>, asked: Asked, posted: Posted) -> Result<Response> {
    if posted.get("confirm").trim() != may.name.trim() {
        let form = Form::new().with("confirm", posted.get("confirm")).wrong("confirm", format!("Please type {} to confirm.", may.name));
        return show_delete(&may, asked, form).await;
    }
    actions::delete(&may).await?;
    Ok(done(asked, &format!("/team/{}/products", may.team_slug), Some(Toast(format!("{} was deleted.", may.name)))))
}
