//! The segments of a product: list, page, dialog.

use axum::{http::StatusCode, response::Response};
use flag_eval::{
    comparator::Comparator,
    model::{ComparisonValue, UserCondition},
};

use super::{Condition, Conflict, Delete, Index, Row, Show, Told, all};
use crate::{
    authz::{Access, Authorized, By, Kind, Permission, Permit},
    error::{Error, Fields, Result},
    products::{self, InTeam, Product},
    segments::{
        CHANGED_MEANWHILE, Changes, NewSegment, Segment, actions, comparison,
        permits::{ChangeSegment, CreateSegment, DeleteSegment, ListSegments, ReadSegment},
        store::{self, Listed},
    },
    ui::{Action, Asked, Control, Dialog, Environment, Form, Frame, Html, Posted, Section, Toast, done},
};

pub async fn index(may: By<InTeam, ListSegments>) -> Result<Html<Index>> {
    let segments = store::all(&may.read(), may.id).await?;
    let uses = store::use_counts(&may.read(), may.id, may.grants()).await?;
    let path = format!("{}/segments", may.path());
    let delete = may.may(Permission::SegmentDelete, &may.place_of(Kind::Config));
    let row = |segment: &Listed| {
        let href = format!("{path}/{}", segment.id);
        let menu = delete.then(|| Action::dialog("Delete…", "trash", format!("{href}/delete")).danger());
        Ok(Row {
            name: segment.name.clone(),
            summary: comparison::all_told(&crate::segments::read(&segment.conditions)?),
            description: segment.description.clone().unwrap_or_default(),
            uses: uses.get(&segment.id).map_or(0, |uses| uses.unsigned_abs()),
            menu: menu.into_iter().collect(),
            href,
        })
    };
    let segments = segments.iter().map(row).collect::<Result<_>>()?;
    let frame = products::frame(&may, &may, "Segments", Section::Segments).await?;
    Ok(Html(Index { frame, may_create: may.may(Permission::SegmentWrite, &may.place_of(Kind::Config)), segments, path }))
}

/// The conditions of a form, as many as it has.
fn typed(posted: &Posted) -> Vec<Condition> {
    let count = (0..1000).take_while(|c| posted.has(&format!("condition.{c}.comparator"))).count();
    let field = |c: usize, name: &str| posted.get(&format!("condition.{c}.{name}")).replace("\r\n", "\n");
    let condition = |c| Condition { attribute: field(c, "attribute"), comparator: field(c, "comparator"), values: field(c, "values") };
    (0..count).map(condition).collect()
}

/// What the conditions say; what cannot be read is told at its field.
fn read(conditions: &[Condition]) -> (Vec<UserCondition>, Fields) {
    let mut wrong = Fields::default();
    let mut read = vec![];
    for (c, condition) in conditions.iter().enumerate() {
        let known = Comparator::from_name(&condition.comparator);
        if known.is_none() {
            wrong.add(format!("condition.{c}.comparator"), "There is no such comparison.");
        }
        let comparator = known.unwrap_or(Comparator::IsOneOf);
        let value = comparison::typed(comparator, &condition.values).unwrap_or_else(|why| {
            wrong.add(format!("condition.{c}.values"), why);
            ComparisonValue::Number(0.0)
        });
        read.push(UserCondition { attribute: Control::Trimmed.read(&condition.attribute), comparator, value });
    }
    (read, wrong)
}

/// A condition as it is typed.
fn shown(condition: &UserCondition) -> Condition {
    let (attribute, comparator) = (Control::Trimmed.show(&condition.attribute), condition.comparator.name().to_owned());
    Condition { attribute, comparator, values: comparison::shown(condition) }
}

fn empty() -> Condition {
    Condition { attribute: String::new(), comparator: Comparator::IsOneOf.name().into(), values: String::new() }
}

/// The mistakes of a form: those of its conditions before those that follow from them.
fn mistakes<T>(parsed: Result<T>, mut wrong: Fields) -> Result<T> {
    match parsed {
        Err(Error::Invalid(others)) => {
            others.0.into_iter().for_each(|(name, message)| wrong.add(name, message));
            Err(wrong.into())
        }
        Ok(_) if !wrong.0.is_empty() => Err(wrong.into()),
        other => other,
    }
}

/// What a button of the form other than *Save* does to its conditions.
fn act(posted: &Posted, conditions: &mut Vec<Condition>) {
    match posted.get("act") {
        "add-condition" => conditions.push(empty()),
        act => {
            let removed = act.strip_prefix("remove-condition:").and_then(|at| at.parse::<usize>().ok());
            if let Some(at) = removed.filter(|at| *at < conditions.len() && conditions.len() > 1) {
                conditions.remove(at);
            }
        }
    }
}

/// What is wrong with the conditions as a whole stands over the form.
fn over_the_form(mut form: Form) -> Form {
    if let Some(message) = form.errors.remove("conditions") {
        form = form.wrong("", message);
    }
    form
}

fn attributes(conditions: &[Condition]) -> Vec<String> {
    let usual = ["Identifier", "Email", "Country"].map(str::to_owned);
    let own = conditions.iter().map(|condition| condition.attribute.clone()).filter(|name| !name.is_empty() && !usual.contains(name));
    let own: Vec<String> = own.collect();
    usual.into_iter().chain(own).collect()
}

pub async fn new(may: By<InTeam, CreateSegment>) -> Result<Response> {
    show_new(&may, Form::new(), vec![empty()]).await
}

async fn show_new(may: &Authorized<CreateSegment>, form: Form, conditions: Vec<Condition>) -> Result<Response> {
    let back = format!("{}/segments", may.path());
    let frame = products::frame(may, may, "New segment", Section::Segments).await?;
    let page = Show {
        frame,
        action: back.clone(),
        back,
        attributes: attributes(&conditions),
        conditions,
        comparators: all(),
        several: true,
        locked: None,
        uses: vec![],
        delete: None,
        exists: false,
        conflict: None,
        form: over_the_form(form),
    };
    let status = if page.form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Html(page).with(status))
}

pub async fn create(may: By<InTeam, CreateSegment>, asked: Asked, posted: Posted) -> Result<Response> {
    let mut conditions = typed(&posted);
    let (read, wrong) = read(&conditions);
    if posted.has("act") && posted.get("act") != "check" {
        act(&posted, &mut conditions);
        return show_new(&may, posted.again(&Fields::default()), conditions).await;
    }
    let description = Some(posted.get("description")).filter(|text| !text.is_empty());
    let parsed = mistakes(NewSegment::parse(posted.get("name"), description, read), wrong);
    let created = match parsed {
        Ok(_) if posted.get("act") == "check" => return show_new(&may, posted.again(&Fields::default()), conditions).await,
        Ok(new) => actions::create(&may, &new).await,
        Err(error) => Err(error),
    };
    match posted.or_again(created)? {
        Ok(made) => {
            let to = format!("{}/segments/{}", may.path(), made.id);
            Ok(done(asked, &to, Some(Toast(format!("{} was created.", made.name)))))
        }
        Err(form) => show_new(&may, form, conditions).await,
    }
}

async fn product(may: &Authorized<impl Permit<On = Segment>>) -> Result<Product> {
    products::one(&may.read(), may.product).await?.ok_or(Error::NotFound)
}

/// Where a segment is used, as far as the reader has access to that.
fn seen<P: Permit>(may: &Authorized<P>, product: &Product, uses: &[store::Use]) -> Vec<super::Use> {
    let sees = |found: &&store::Use| may.grants().access(found.environment) > Access::None;
    let shown = |found: &&store::Use| super::Use {
        environment: Environment::new(found.environment.to_string(), &found.environment_name, found.color.as_deref().unwrap_or_default()),
        flag: found.name.clone(),
        href: format!("{}/configs/{}/flags/{}?environment={}", product.path(), found.config, found.setting, found.environment),
    };
    uses.iter().filter(sees).map(|found| shown(&found)).collect()
}

pub async fn show(may: By<InTeam, ReadSegment>) -> Result<Response> {
    let conditions = may.conditions()?.iter().map(shown).collect();
    let form = Form::new()
        .with("name", &may.name)
        .with("description", may.description.clone().unwrap_or_default())
        .with("version", may.version.to_string());
    show_one(&may, form, conditions, None).await
}

async fn show_one<P: Permit<On = Segment>>(
    may: &Authorized<P>,
    form: Form,
    conditions: Vec<Condition>,
    conflict: Option<Conflict>,
) -> Result<Response> {
    let product = product(may).await?;
    let uses = store::uses(&may.read(), may.id).await?;
    let why_not = products::why_not_everywhere(&may.read(), may.grants(), may.product, actions::CHANGING).await?;
    let locked = match (may.also::<ChangeSegment>(may), why_not) {
        (true, None) => actions::locked(may.grants(), &uses),
        (true, why_not) => why_not,
        (false, _) => Some("Your permission group lets you look at segments, not change them.".to_owned()),
    };
    let uses = seen(may, &product, &uses);
    let back = format!("{}/segments", product.path());
    let page = Show {
        frame: products::frame(may, &product, &may.name, Section::Segments).await?,
        action: format!("{back}/{}", may.id),
        delete: may.also::<DeleteSegment>(may).then(|| format!("{back}/{}/delete", may.id)),
        back,
        attributes: attributes(&conditions),
        conditions,
        comparators: all(),
        several: true,
        locked,
        uses,
        exists: true,
        conflict,
        form: over_the_form(form),
    };
    let status = match page.conflict {
        Some(_) => StatusCode::CONFLICT,
        None if page.form.is_valid() => StatusCode::OK,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(Html(page).with(status))
}

pub async fn change(may: By<InTeam, ChangeSegment>, asked: Asked, posted: Posted) -> Result<Response> {
    let mut conditions = typed(&posted);
    let (read, wrong) = read(&conditions);
    if posted.has("act") && posted.get("act") != "check" {
        act(&posted, &mut conditions);
        return show_one(&may, posted.again(&Fields::default()), conditions, None).await;
    }
    let description = Some(posted.get("description")).filter(|text| !text.is_empty() || may.description.is_some());
    let yours = Told { name: posted.get("name").to_owned(), description: posted.get("description").to_owned(), conditions: told(&read) };
    let parsed = mistakes(Changes::parse(Some(posted.get("name")), description, Some(read)), wrong);
    let changed = match parsed {
        Ok(_) if posted.get("act") == "check" => return show_one(&may, posted.again(&Fields::default()), conditions, None).await,
        Ok(changes) => actions::change(&may, &Changes { version: posted.get("version").parse().ok(), ..changes }).await,
        Err(error) => Err(error),
    };
    if let Err(Error::Conflict { code: CHANGED_MEANWHILE, .. }) = changed {
        let (now, conflict) = conflict(&may, yours).await?;
        let form = posted.again(&Fields::default()).with("version", now.version.to_string());
        return show_one(&may, form, conditions, Some(conflict)).await;
    }
    match posted.or_again(changed)? {
        Ok(after) => {
            let to = format!("{}/segments", product(&may).await?.path());
            Ok(done(asked, &to, Some(Toast(format!("{} was changed.", after.name)))))
        }
        Err(form) => show_one(&may, form, conditions, None).await,
    }
}

fn told(conditions: &[UserCondition]) -> Vec<String> {
    conditions.iter().map(comparison::told).collect()
}

/// What somebody else has saved meanwhile, beside what was about to be saved.
async fn conflict(may: &Authorized<ChangeSegment>, yours: Told) -> Result<(Segment, Conflict)> {
    let db = may.read();
    let now = store::one(&db, may.id).await?.ok_or(Error::NotFound)?;
    let theirs =
        Told { name: now.name.clone(), description: now.description.clone().unwrap_or_default(), conditions: told(&now.conditions()?) };
    let who = store::authors_of(&db, now.id).await?.and_then(|authors| authors.updater_name).unwrap_or_else(|| "Somebody".to_owned());
    let at = now.updated_at.into();
    Ok((now, Conflict { who, at, theirs, yours }))
}

pub async fn confirm_delete(may: By<InTeam, DeleteSegment>, asked: Asked) -> Result<Response> {
    show_delete(&may, asked, StatusCode::OK).await
}

async fn show_delete(may: &Authorized<DeleteSegment>, asked: Asked, status: StatusCode) -> Result<Response> {
    let product = product(may).await?;
    products::see_everywhere(&may.read(), may.grants(), may.product, actions::DELETING).await?;
    let uses = seen(may, &product, &store::uses(&may.read(), may.id).await?);
    let back = format!("{}/segments", product.path());
    let frame: Frame = products::frame(may, &product, &format!("Delete {}", may.name), Section::Segments).await?;
    let body = Delete { action: format!("{back}/{}/delete", may.id), back, name: may.name.clone(), uses };
    Ok(Dialog { asked, frame, body }.with(status))
}

pub async fn delete(may: By<InTeam, DeleteSegment>, asked: Asked) -> Result<Response> {
    let to = format!("{}/segments", product(&may).await?.path());
    match actions::delete(&may).await {
        Ok(()) => Ok(done(asked, &to, Some(Toast(format!("{} was deleted.", may.name))))),
        Err(Error::Refused { .. }) => show_delete(&may, asked, StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(error) => Err(error),
    }
}
