//! The page of a group: what it gives, who is in it, and what a change does to whom before it is saved.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::{InGroup, Preview, PreviewOnly, Show, list, look};
use crate::{
    authz::{Access, Authorized, By, GROUP_PERMISSIONS, Group, Kind, Permission, Permit, Reach},
    error::{Error, Fields, Result},
    permission_groups::{
        PermissionGroup, Somebody, actions,
        changes::Changes,
        permits::{ChangeGroup, ReadGroup},
        store,
    },
    products::{self, EnvironmentBrief, InTeam, Product},
    text::Name,
    ui::{Action, Asked, Avatar, Form, Html, Posted, Toast, done},
};

/// What the page is made of.
struct Looked {
    product: Product,
    environments: Vec<EnvironmentBrief>,
    all: look::Everybody,
    before: Group,
    people: Vec<Somebody>,
}

async fn look_at<P: Permit<On = PermissionGroup>>(may: &Authorized<P>) -> Result<Looked> {
    let db = may.read();
    let product = products::one(&db, may.product).await?.ok_or(Error::NotFound)?;
    let (environments, all) = list::everything(&db, &product).await?;
    let before = store::group(&db, may).await?;
    let people = all.people.iter().filter(|person| person.group == Some(may.id)).cloned().collect();
    Ok(Looked { product, environments, all, before, people })
}

impl Looked {
    fn path(&self) -> String {
        format!("{}/groups/{}", self.product.path(), self.before.id)
    }

    /// What saving would do; `problem` is what is wrong with what was typed.
    fn preview<P: Permit>(&self, may: &Authorized<P>, asked: Asked, after: &Group, problem: Option<String>) -> Preview {
        let change = look::Change {
            place: (self.product.team, self.product.id),
            before: &self.before,
            after,
            people: &self.people,
            environments: &self.environments,
        };
        let changes = change.count();
        let refusal = || actions::refusal(may.grants(), Some(&self.before), after, &self.environments);
        Preview {
            page: self.path(),
            whole: asked == Asked::Plainly,
            changes,
            effects: change.effects(),
            refusal: problem.or_else(refusal),
            bands: look::bands(&self.product.name, &self.environments, &self.all, (changes > 0).then_some(after)),
        }
    }
}

pub async fn show(may: By<InTeam, ReadGroup>) -> Result<Response> {
    let looked = look_at(&may).await?;
    let form = Form::new().with("name", &looked.before.name);
    let after = looked.before.clone();
    page(&may, looked, &after, form).await
}

async fn page<P: Permit<On = PermissionGroup>>(may: &Authorized<P>, looked: Looked, after: &Group, form: Form) -> Result<Response> {
    let problem = form.error("").map(str::to_owned);
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (path, all) = (looked.path(), format!("{}/groups", looked.product.path()));
    let own = may.actor()?.person;
    let default = looked.product.default_group == Some(may.id);
    let (environments, new_environments) = look::levels(may.grants(), &looked.before, after, &looked.environments);
    let there: Vec<&Somebody> = looked.people.iter().collect();
    let movable = may.may(Permission::ProductMemberMove, &looked.product.place_of(Kind::ProductMember));
    let people = looked.people.iter().map(|person| InGroup {
        avatar: Avatar::of(&person.id.to_string(), &person.name),
        name: person.name.clone(),
        you: person.id == own,
        role: person.role.map(|role| role.name().to_owned()).unwrap_or_default(),
        contact: if person.email.is_empty() { "Service account".into() } else { person.email.clone() },
        change: movable.then(|| format!("{}/members/{}/group", looked.product.path(), person.id)),
    });
    let (frame, topic) = list::live_frame(may, &looked.product, &may.name).await?;
    Ok(Html(Show {
        frame,
        topic,
        product: looked.product.name.clone(),
        actions: vec![
            list::default_action(default, &path),
            Action::dialog("Clone", "copy", format!("{all}/new?from={}", may.id)),
            Action::dialog("Delete…", "trash", format!("{path}/delete")),
        ],
        faces: there.iter().take(5).map(|person| Avatar::of(&person.id.to_string(), &person.name)).collect(),
        people_line: match there.len() {
            0 => "nobody yet".into(),
            1 => format!("1 person: {}", there[0].name),
            many => format!("{many} people: {}", look::names(&there, 4)),
        },
        default,
        environments,
        new_environments,
        headings: look::headings(may.grants(), &looked.before, after),
        people: people.collect(),
        preview: looked.preview(may, Asked::Plainly, after, problem),
        path,
        all,
        form,
    })
    .with(status))
}

/// What the form says, against what is saved. There is no field for the kind of access: it is read off the levels.
fn read(posted: &Posted, before: &Group, environments: &[EnvironmentBrief]) -> (Changes, Fields) {
    let mut fields = Fields::default();
    let level = |field: &str, otherwise: Access| Access::parse(posted.get(field)).unwrap_or(otherwise);
    let levels: Vec<_> = environments.iter().map(|one| (one.id, level(&format!("env_{}", one.id), before.access(one.id)))).collect();
    let later = level("new_environments", before.access_to_new());
    let same = later == before.access_to_new() && levels.iter().all(|(id, access)| before.access(*id) == *access);
    let all = |wanted: Access| later == wanted && levels.iter().all(|(_, access)| *access == wanted);
    let reach = match () {
        () if same => before.reach,
        () if all(Access::Full) => Reach::Full,
        () if all(Access::ReadOnly) => Reach::ReadOnly,
        () => Reach::Custom,
    };
    let changes = Changes {
        name: fields.take("name", Name::up_to(products::LONGEST_NAME, posted.get("name"))),
        switches: GROUP_PERMISSIONS.iter().map(|switch| (switch.permission, posted.get(switch.wire) == "on")).collect(),
        reach: Some(reach),
        new_environments: if same { None } else { Some(later) },
        environments: levels,
    };
    (changes, fields)
}

pub async fn preview(may: By<InTeam, ReadGroup>, asked: Asked, posted: Posted) -> Result<Response> {
    let looked = look_at(&may).await?;
    let (changes, mut fields) = read(&posted, &looked.before, &looked.environments);
    if let Err(Error::Invalid(wrong)) = changes.check(&looked.before, &looked.environments) {
        fields.0.extend(in_words(wrong).0);
    }
    let problem = fields.0.values().next().map(ToString::to_string);
    let after = changes.outcome(&looked.before);
    match asked {
        Asked::ByHtmx => {
            let all = format!("{}/groups", looked.product.path());
            Ok(Html(PreviewOnly { preview: looked.preview(&may, asked, &after, problem), all }).into_response())
        }
        Asked::Plainly => page(&may, looked, &after, Form::new().with("name", posted.get("name"))).await,
    }
}

pub async fn change(may: By<InTeam, ChangeGroup>, asked: Asked, posted: Posted) -> Result<Response> {
    let looked = look_at(&may).await?;
    let (changes, fields) = read(&posted, &looked.before, &looked.environments);
    let changed = match fields.0.is_empty() {
        true => list::refusal_to_form(actions::change(&may, &changes).await),
        false => Err(fields.into()),
    };
    let changed = changed.map_err(|error| match error {
        Error::Invalid(fields) => Error::Invalid(in_words(fields)),
        other => other,
    });
    match posted.or_again(changed)? {
        Ok(group) => Ok(done(asked, &looked.path(), Some(Toast(format!("Saved {}. It holds from the next request on.", group.name))))),
        Err(form) => {
            let after = changes.outcome(&looked.before);
            page(&may, looked, &after, form).await
        }
    }
}

/// What programs read at the field of a switch, people read over the form, in the words of the page.
fn in_words(fields: Fields) -> Fields {
    let mut told = Fields::default();
    for (field, message) in fields.0 {
        let switch = GROUP_PERMISSIONS.iter().find(|switch| switch.wire == field);
        match switch.and_then(|switch| Some((switch, GROUP_PERMISSIONS.iter().find(|other| Some(other.permission) == switch.needs)?))) {
            Some((switch, needed)) => told.add("", format!("“{}” is not possible without “{}”.", switch.label, needed.label)),
            None => told.add(field, message),
        }
    }
    told
}
