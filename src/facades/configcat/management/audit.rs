//! The logs of a team and of a product. The first version gives what happened in a span of days, the second gives pages with numbers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::audit_types;
use crate::{
    api::{Json, Params, Query},
    audit_log::{
        self, Sought, Stretch, Told, names,
        permits::{ReadProductLog, ReadTeamLog},
    },
    authz::{Authorized, Routes, Surface},
    clock::{DAY, Time},
    error::{Error, Fields, Result},
};

pub fn routes() -> Routes {
    Routes::new(Surface::Management)
        .get("/v1/products/{product}/auditlogs", "List what happened in a product within a span of days", product_days)
        .get("/v2/products/{product}/auditlogs", "List what happened in a product by pages", product_pages)
        .get("/v1/organizations/{team}/auditlogs", "List what happened in a team within a span of days", team_days)
        .get("/v2/organizations/{team}/auditlogs", "List what happened in a team by pages", team_pages)
}

/// The first version reads so many days if nothing is said, and no more than so many.
const DAYS: i64 = 7;
const MOST_DAYS: i64 = 30;
/// It gives so many events at most, the newest.
const MOST: i64 = 5_000;
/// More of what was changed is cut off.
const LONGEST: usize = 4_000;

/// What may be asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Asked {
    product_id: String,
    config_id: String,
    environment_id: String,
    audit_log_type: String,
    from_utc_date_time: String,
    to_utc_date_time: String,
    page_number: String,
    page_size: String,
}

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:literal, $meaning:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct $name(Asked);

        impl Params for $name {
            const NAMES: &'static [(&'static str, &'static str)] = &[
                $((stringify!($field), $meaning),)*
                ("configId", "only what is about this config"),
                ("environmentId", "only what is about this environment"),
                ("auditLogType", "only events of this kind"),
                ("fromUtcDateTime", "not before: RFC 3339"),
                ("toUtcDateTime", "not after: RFC 3339"),
            ];
            const TYPES: &'static [(&'static str, &'static str)] = &[
                $((stringify!($field), $type),)*
                ("configId", "uuid"),
                ("environmentId", "uuid"),
                ("fromUtcDateTime", "date-time"),
                ("toUtcDateTime", "date-time"),
            ];
        }
    )*};
}

queries! {
    /// Some days of a product.
    ProductDays {}
    /// A page of a product.
    ProductPages {
        pageNumber: "integer", "which page, from 1; 1 if not said";
        pageSize: "integer", "how many events on a page, 1 to 100; 100 if not said";
    }
    /// Some days of a team.
    TeamDays {
        productId: "uuid", "only what is about this product";
    }
    /// A page of a team.
    TeamPages {
        productId: "uuid", "only what is about this product";
        pageNumber: "integer", "which page, from 1; 1 if not said";
        pageSize: "integer", "how many events on a page, 1 to 100; 100 if not said";
    }
}

/// A moment in UTC, with or without saying that it is.
fn moment(text: &str) -> Result<Option<Time>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => match Time::parse(text).or_else(|| Time::parse(&format!("{text}Z"))) {
            Some(time) => Ok(Some(time)),
            None => Err("This is not a moment, such as 2026-11-22T09:00:00Z."),
        },
    }
}

fn id(text: &str) -> Result<Option<Uuid>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| "This is not an id."),
    }
}

fn number(text: &str, otherwise: i64, most: i64) -> Result<i64, String> {
    match text.trim() {
        "" => Ok(otherwise),
        text => match text.parse() {
            Ok(number) if (1..=most).contains(&number) => Ok(number),
            _ => Err(format!("Please give a number from 1 to {most}.")),
        },
    }
}

impl Asked {
    fn sought(&self) -> Result<Sought> {
        let mut fields = Fields::default();
        let about = [
            fields.take("environmentId", id(&self.environment_id)),
            fields.take("configId", id(&self.config_id)),
            fields.take("productId", id(&self.product_id)),
        ];
        let events = match self.audit_log_type.trim() {
            "" => Some(vec![]),
            text => fields.take("auditLogType", audit_types::stored(text).ok_or("There is no such kind of event.")),
        };
        let from = fields.take("fromUtcDateTime", moment(&self.from_utc_date_time)).flatten();
        let until = fields.take("toUtcDateTime", moment(&self.to_utc_date_time)).flatten();
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            fields.add("toUtcDateTime", "This is before fromUtcDateTime.");
        }
        if !fields.0.is_empty() {
            return Err(fields.into());
        }
        let about = about.into_iter().flatten().flatten().collect();
        Ok(Sought { events: events.unwrap_or_default(), about, from, until: until.map(|until| until.plus(1)) })
    }

    /// Whether a kind of event is asked for that does not happen here.
    fn finds_nothing(&self, sought: &Sought) -> bool {
        !self.audit_log_type.trim().is_empty() && sought.events.is_empty()
    }

    /// The first version’s span of days.
    fn days(&self, now: Time) -> Result<Sought> {
        let sought = self.sought()?;
        let until = sought.until.unwrap_or(now.plus(1));
        let from = sought.from.unwrap_or(until.plus(-DAYS * DAY));
        if until.since(from) > MOST_DAYS * DAY + 1 {
            let message = format!("This reads {MOST_DAYS} days at most; /v2 reads all, by pages.");
            return Err(Error::field("fromUtcDateTime", message));
        }
        Ok(Sought { from: Some(from), until: Some(until), ..sought })
    }

    /// The second version’s page: its number and its size.
    fn page(&self) -> Result<(i64, i64)> {
        let mut fields = Fields::default();
        let page = fields.take("pageNumber", number(&self.page_number, 1, i64::from(i32::MAX)));
        let size = fields.take("pageSize", number(&self.page_size, 100, 100));
        page.zip(size).ok_or_else(|| fields.into())
    }
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditLogItemModel {
    /// Its place in the team’s log.
    audit_log_id: i64,
    audit_log_date_time: String,
    /// What it is, in ConfigCat’s words.
    audit_log_type_enum: &'static str,
    /// Whether a part of the details is cut off.
    truncated: bool,
    model_version: i64,
    /// What it is, in words.
    audit_log_type: String,
    #[schema(required)]
    user_email: Option<String>,
    user_name: String,
    #[serde(rename = "where")]
    place: String,
    #[schema(required)]
    why: Option<String>,
    action_target: String,
    details: String,
}

/// `None` for what a later version of Burgee has written.
fn item(told: Told) -> Option<AuditLogItemModel> {
    let cut = told.details.char_indices().nth(LONGEST).map(|(at, _)| at);
    let mut details = told.details;
    details.truncate(cut.unwrap_or(details.len()));
    Some(AuditLogItemModel {
        audit_log_id: told.position,
        audit_log_date_time: told.at.iso(),
        audit_log_type_enum: audit_types::of(&told.event)?,
        truncated: cut.is_some(),
        model_version: 1,
        audit_log_type: names::spoken(&told.event),
        user_email: told.email,
        user_name: told.actor,
        place: told.place,
        why: told.note,
        action_target: told.about,
        details,
    })
}

/// Where a page stands among the others.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PagingResponseInfo {
    current_page: i64,
    total_pages: i64,
    page_size: i64,
    total_count: i64,
    has_previous: bool,
    has_next: bool,
}

/// A page of a log.
#[derive(Serialize, ToSchema)]
struct AuditLogItemModelPagedList {
    paging: PagingResponseInfo,
    data: Vec<AuditLogItemModel>,
}

fn paged((page, size): (i64, i64), (told, count): (Vec<Told>, u64)) -> Json<AuditLogItemModelPagedList> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let pages = count / size + i64::from(count % size > 0);
    let paging = PagingResponseInfo {
        current_page: page,
        total_pages: pages,
        page_size: size,
        total_count: count,
        has_previous: page > 1 && pages > 0,
        has_next: page < pages,
    };
    Json(AuditLogItemModelPagedList { paging, data: told.into_iter().filter_map(item).collect() })
}

fn listed((told, _): (Vec<Told>, u64)) -> Json<Vec<AuditLogItemModel>> {
    Json(told.into_iter().filter_map(item).collect())
}

async fn product_days(
    may: Authorized<ReadProductLog>,
    Query(ProductDays(asked)): Query<ProductDays>,
) -> Result<Json<Vec<AuditLogItemModel>>> {
    let sought = asked.days(may.now())?;
    if asked.finds_nothing(&sought) {
        return Ok(Json(vec![]));
    }
    Ok(listed(audit_log::of_product(&may, sought, Stretch::Newest(MOST)).await?))
}

async fn team_days(may: Authorized<ReadTeamLog>, Query(TeamDays(asked)): Query<TeamDays>) -> Result<Json<Vec<AuditLogItemModel>>> {
    let sought = asked.days(may.now())?;
    if asked.finds_nothing(&sought) {
        return Ok(Json(vec![]));
    }
    Ok(listed(audit_log::of_team(&may, sought, Stretch::Newest(MOST)).await?))
}

async fn product_pages(
    may: Authorized<ReadProductLog>,
    Query(ProductPages(asked)): Query<ProductPages>,
) -> Result<Json<AuditLogItemModelPagedList>> {
    let (sought, (page, size)) = (asked.sought()?, asked.page()?);
    if asked.finds_nothing(&sought) {
        return Ok(paged((page, size), (vec![], 0)));
    }
    let stretch = Stretch::Page { skip: (page - 1) * size, limit: size };
    Ok(paged((page, size), audit_log::of_product(&may, sought, stretch).await?))
}

async fn team_pages(may: Authorized<ReadTeamLog>, Query(TeamPages(asked)): Query<TeamPages>) -> Result<Json<AuditLogItemModelPagedList>> {
    let (sought, (page, size)) = (asked.sought()?, asked.page()?);
    if asked.finds_nothing(&sought) {
        return Ok(paged((page, size), (vec![], 0)));
    }
    let stretch = Stretch::Page { skip: (page - 1) * size, limit: size };
    Ok(paged((page, size), audit_log::of_team(&may, sought, stretch).await?))
}
