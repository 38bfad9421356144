//! What a log's page and its JSON need to know besides the log.

use crate::{
    db::{Reader, Sql, args, record},
    error::Result,
    ids::{ConfigId, PersonId, ProductId, TeamId},
};

record! {
    /// Somebody by name.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Named {
        /// The account.
        pub id: PersonId,
        /// For a choice: the name. For the API: the user name.
        pub name: String,
    }
}

/// People of a team, by name: those to choose from, not more than a page can bear. Everybody’s own events are a click away from the list of members.
pub async fn of_team(db: &Reader, team: TeamId) -> Result<Vec<Named>> {
    let sql = "SELECT p.id, p.name FROM members m JOIN people p ON p.id = m.person WHERE m.team = $1 ORDER BY m.person LIMIT 100";
    by_name(db.all(sql, args![team]).await?)
}

/// People of a product, in the same way.
pub async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Named>> {
    let sql =
        "SELECT p.id, p.name FROM product_members m JOIN people p ON p.id = m.person WHERE m.product = $1 ORDER BY m.person LIMIT 100";
    by_name(db.all(sql, args![product]).await?)
}

fn by_name(mut people: Vec<Named>) -> Result<Vec<Named>> {
    people.sort_by_cached_key(|person| person.name.to_lowercase());
    Ok(people)
}

/// Those who run the instance, by name.
pub async fn administrators(db: &Reader) -> Result<Vec<Named>> {
    db.all("SELECT id, name FROM people WHERE administrator ORDER BY name LIMIT 500", args![]).await
}

/// The user names of those of these people who still have an account.
pub async fn usernames(db: &Reader, people: &[PersonId]) -> Result<Vec<Named>> {
    if people.is_empty() {
        return Ok(vec![]);
    }
    let places: Vec<String> = (1..=people.len()).map(|number| format!("${number}")).collect();
    let sql = format!("SELECT id, username AS name FROM people WHERE id IN ({})", places.join(", "));
    db.all(Sql::made(sql), people.iter().map(|person| (*person).into()).collect()).await
}

/// The addresses of those of these people who still have an account.
pub async fn addresses(db: &Reader, people: &[PersonId]) -> Result<Vec<Named>> {
    if people.is_empty() {
        return Ok(vec![]);
    }
    let places: Vec<String> = (1..=people.len()).map(|number| format!("${number}")).collect();
    let sql = format!("SELECT id, email AS name FROM people WHERE service_of IS NULL AND id IN ({})", places.join(", "));
    db.all(Sql::made(sql), people.iter().map(|person| (*person).into()).collect()).await
}

/// Whose user name it is.
pub async fn by_username(db: &Reader, username: &str) -> Result<Option<PersonId>> {
    db.value("SELECT id FROM people WHERE username_key = $1", args![username.trim().to_lowercase()]).await
}

/// How many events are about a person.
pub async fn about(db: &Reader, person: PersonId) -> Result<u64> {
    let sql = "SELECT count(*) FROM audit_objects WHERE chain = $1 AND object = $2";
    db.count(sql, args![crate::audit::Chain::Platform.id(), person.0]).await
}

record! {
    /// A config by name.
    pub struct NamedConfig { pub id: ConfigId, pub name: String }
}

/// The configs of a product, in their order.
pub async fn configs(db: &Reader, product: ProductId) -> Result<Vec<NamedConfig>> {
    db.all("SELECT id, name FROM configs WHERE product = $1 ORDER BY position, name_key LIMIT 1000", args![product]).await
}
