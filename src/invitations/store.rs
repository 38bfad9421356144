//! The queries about invitations.

use super::Invitation;
use crate::{
    audit::event::ToProduct,
    authz::Role,
    clock::Time,
    db::{Reader, Sql, Value, Writer, args, record},
    error::Result,
    ids::{GroupId, InvitationId, MailId, PersonId, ProductId, TeamId},
    text::EmailAddress,
};

/// An invitation by e-mail belongs to the account, if there is one, that has this very address confirmed.
const FIND: &str = "SELECT i.id, i.team, t.name AS team_name, t.slug AS team_slug, i.role, i.product, o.name AS product_name, \
                    i.permission_group AS \"group\", g.name AS group_name, i.inviter, b.name AS inviter_name, \
                    COALESCE(i.invitee, e.id) AS invitee, COALESCE(i.email, p.username, '') AS invited, i.email, i.created_at, i.expires_at \
                    FROM invitations i JOIN teams t ON t.id = i.team JOIN people b ON b.id = i.inviter \
                    LEFT JOIN products o ON o.id = i.product LEFT JOIN permission_groups g ON g.id = i.permission_group \
                    LEFT JOIN people p ON p.id = i.invitee LEFT JOIN people e ON i.invitee IS NULL AND e.email_key = i.email AND e.email_verified";

record! {
    /// An invitation in a list, with what became of its mail.
    #[derive(Clone, Debug)]
    pub struct Row {
        /// The invitation.
        pub id: InvitationId,
        /// The team.
        pub team: TeamId,
        /// The team's name.
        pub team_name: String,
        /// The team's slug.
        pub team_slug: String,
        /// What it offers in the team; Guest where it is to a product.
        pub role: Role,
        /// The product, if it is to one.
        pub product: Option<ProductId>,
        /// The product's name.
        pub product_name: Option<String>,
        /// The permission group that it offers there.
        pub group: Option<GroupId>,
        /// The group's name.
        pub group_name: Option<String>,
        /// Who sent it last.
        pub inviter: PersonId,
        /// Their user name.
        pub inviter_username: String,
        /// Their name.
        pub inviter_name: String,
        /// Whether they hold everything in the team.
        pub inviter_owns: bool,
        /// The account it names.
        pub invitee: Option<PersonId>,
        /// The user name of that account.
        pub invitee_username: Option<String>,
        /// The name of that account.
        pub invitee_name: Option<String>,
        /// The address it names.
        pub email: Option<String>,
        /// When it was sent last.
        pub created_at: Time,
        /// When it ends.
        pub expires_at: Time,
        /// `waiting`, `sent`, `failed`; nothing where no mail was to be sent.
        pub mail_state: Option<String>,
        /// Why the last attempt failed.
        pub mail_error: Option<String>,
        /// When the mail was sent.
        pub mail_sent_at: Option<Time>,
    }
}

const LIST: &str = "SELECT i.id, i.team, t.name AS team_name, t.slug AS team_slug, i.role, i.product, o.name AS product_name, \
                    i.permission_group AS \"group\", g.name AS group_name, i.inviter, b.username AS inviter_username, \
                    b.name AS inviter_name, (NOT b.suspended AND (b.administrator OR EXISTS \
                    (SELECT 1 FROM members m WHERE m.team = i.team AND m.person = b.id AND m.role = 50))) AS inviter_owns, i.invitee, \
                    p.username AS invitee_username, p.name AS invitee_name, i.email, i.created_at, i.expires_at, l.state AS mail_state, \
                    l.error AS mail_error, l.sent_at AS mail_sent_at \
                    FROM invitations i JOIN teams t ON t.id = i.team JOIN people b ON b.id = i.inviter \
                    LEFT JOIN products o ON o.id = i.product LEFT JOIN permission_groups g ON g.id = i.permission_group \
                    LEFT JOIN people p ON p.id = i.invitee LEFT JOIN mails l ON l.id = i.mail";

/// An invitation.
pub(super) async fn find(db: &Reader, invitation: InvitationId) -> Result<Option<Invitation>> {
    db.one(Sql::made(format!("{FIND} WHERE i.id = $1")), args![invitation]).await
}

/// The invitation whose link has this secret.
pub(super) async fn by_hash(db: &Reader, hash: Vec<u8>) -> Result<Option<Invitation>> {
    db.one(Sql::made(format!("{FIND} WHERE i.hash = $1")), args![hash]).await
}

/// A team's invitations and those to its products, newest first.
pub(super) async fn of_team(db: &Reader, team: TeamId) -> Result<Vec<Row>> {
    db.all(Sql::made(format!("{LIST} WHERE i.team = $1 ORDER BY i.id DESC LIMIT 1000")), args![team]).await
}

/// A product's invitations, newest first.
pub(super) async fn of_product(db: &Reader, product: ProductId) -> Result<Vec<Row>> {
    db.all(Sql::made(format!("{LIST} WHERE i.product = $1 ORDER BY i.id DESC LIMIT 1000")), args![product]).await
}

/// The open invitations to a person, newest first.
pub(super) async fn of_person(db: &Reader, person: PersonId, email: &str, now: Time) -> Result<Vec<Row>> {
    let sql =
        format!("{LIST} WHERE (i.invitee = $1 OR (i.invitee IS NULL AND i.email = $2)) AND i.expires_at > $3 ORDER BY i.id DESC LIMIT 200");
    db.all(Sql::made(sql), args![person, email.to_lowercase(), now]).await
}

record! {
    /// What an open invitation offers to whom.
    #[derive(Clone, Debug)]
    pub struct Offered {
        /// The product, if it is to one.
        pub product: Option<ProductId>,
        /// The group that it offers there.
        pub group_name: Option<String>,
        /// What it offers in the team.
        pub role: Role,
        /// The address that it names, or that of the account that it names.
        pub email: String,
    }
}

/// What the open invitations to a team and its products offer.
pub async fn offers(db: &Reader, team: TeamId, now: Time) -> Result<Vec<Offered>> {
    let sql = "SELECT i.product, g.name AS group_name, i.role, COALESCE(i.email, p.email, '') AS email FROM invitations i \
               LEFT JOIN permission_groups g ON g.id = i.permission_group LEFT JOIN people p ON p.id = i.invitee \
               WHERE i.team = $1 AND i.expires_at > $2 ORDER BY i.id LIMIT 10000";
    db.all(sql, args![team, now]).await
}

record! {
    /// An offer to join a product, in short.
    #[derive(Clone, Debug)]
    pub struct ToJoin {
        /// The invitation.
        pub id: InvitationId,
        /// The address it names, if it names one.
        pub email: Option<String>,
        /// The product.
        pub product: ProductId,
        /// The product’s name.
        pub product_name: String,
        /// The permission group that it offers.
        pub group: GroupId,
        /// When it was sent last.
        pub created_at: Time,
        /// When it ends.
        pub expires_at: Time,
    }
}

const TO_JOIN: &str = "SELECT i.id, i.email, i.product, o.name AS product_name, i.permission_group AS \"group\", i.created_at, i.expires_at \
                       FROM invitations i JOIN products o ON o.id = i.product";

/// The invitations to the products of a team, oldest first.
pub(super) async fn to_products(db: &Reader, team: TeamId) -> Result<Vec<ToJoin>> {
    db.all(Sql::made(format!("{TO_JOIN} WHERE i.team = $1 ORDER BY i.id LIMIT 10000")), args![team]).await
}

/// The invitations to a product, oldest first.
pub(super) async fn to_product(db: &Reader, product: ProductId) -> Result<Vec<ToJoin>> {
    db.all(Sql::made(format!("{TO_JOIN} WHERE i.product = $1 ORDER BY i.id LIMIT 10000")), args![product]).await
}

/// How many invitations there are.
pub async fn count(db: &Reader) -> Result<u64> {
    db.count("SELECT count(*) FROM invitations", args![]).await
}

/// All invitations of the instance, newest first, before one of them.
pub(super) async fn all_open(db: &Reader, before: Option<InvitationId>, limit: i64) -> Result<Vec<Row>> {
    let before = before.unwrap_or(InvitationId(uuid::Uuid::max()));
    db.all(Sql::made(format!("{LIST} WHERE i.id < $1 ORDER BY i.id DESC LIMIT $2")), args![before, limit]).await
}

record! {
    /// Somebody who might be invited: what they are in the team, and whether they have a group in the product.
    pub struct Candidate { pub id: PersonId, pub username: String, pub email: String, pub role: Option<Role>, pub in_product: bool }
}

/// `$2` is the product, or nil.
const CANDIDATE: &str = "SELECT p.id, p.username, p.email, m.role, EXISTS (SELECT 1 FROM product_members pm WHERE pm.product = $2 \
                         AND pm.person = p.id) AS in_product FROM people p LEFT JOIN members m ON m.team = $1 AND m.person = p.id \
                         WHERE p.service_of IS NULL";

fn or_nil(product: Option<ProductId>) -> ProductId {
    product.unwrap_or(ProductId(uuid::Uuid::nil()))
}

/// The account of a user name.
pub(super) async fn by_username(db: &Reader, team: TeamId, product: Option<ProductId>, username: &str) -> Result<Option<Candidate>> {
    let sql = Sql::made(format!("{CANDIDATE} AND p.username_key = $3"));
    db.one(sql, args![team, or_nil(product), username.to_lowercase()]).await
}

/// The account itself.
pub(super) async fn by_id(db: &Reader, team: TeamId, product: Option<ProductId>, person: PersonId) -> Result<Option<Candidate>> {
    db.one(Sql::made(format!("{CANDIDATE} AND p.id = $3")), args![team, or_nil(product), person]).await
}

/// The account that has confirmed an address.
pub(super) async fn by_email(db: &Reader, team: TeamId, product: Option<ProductId>, email: &str) -> Result<Option<Candidate>> {
    let sql = Sql::made(format!("{CANDIDATE} AND p.email_key = $3 AND p.email_verified"));
    db.one(sql, args![team, or_nil(product), email.to_lowercase()]).await
}

record! {
    /// An invitation that stands in the way of another one to the same.
    pub struct Earlier { pub id: InvitationId, pub expires_at: Time }
}

/// Whom an invitation names. An account that was invited by its address is not found by its name: that the two belong together is not told.
pub(super) enum Named<'a> {
    /// An account.
    Account(Option<PersonId>),
    /// An address.
    Address(&'a EmailAddress),
}

/// The invitations to a team, or to a product, that name this account or this address.
pub(super) async fn earlier(db: &Reader, team: TeamId, product: Option<ProductId>, named: &Named<'_>) -> Result<Vec<Earlier>> {
    let (to, id) = match product {
        Some(product) => ("product = $1", product.0),
        None => ("team = $1 AND product IS NULL", team.0),
    };
    let (whom, named) = match named {
        Named::Account(person) => ("invitee = $2 AND email IS NULL", Value::from(*person)),
        Named::Address(email) => ("email = $2", email.key().into()),
    };
    let sql = format!("SELECT id, expires_at FROM invitations WHERE {to} AND {whom}");
    db.all(Sql::made(sql), vec![id.into(), named]).await
}

/// What a new invitation says.
pub(super) struct New<'a> {
    pub id: InvitationId,
    pub team: TeamId,
    pub role: Role,
    pub product: Option<&'a ToProduct>,
    pub inviter: PersonId,
    pub invitee: Option<PersonId>,
    pub email: Option<&'a str>,
    pub now: Time,
}

pub(super) async fn insert(tx: &Writer, new: New<'_>) -> Result<()> {
    let email = new.email.map(str::to_lowercase);
    let key = email.clone().or(new.invitee.map(|person| person.to_string())).unwrap_or_default();
    let sql = "INSERT INTO invitations (id, team, role, product, permission_group, inviter, invitee, email, invitee_key, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let (product, group) = (new.product.map(|to| to.id), new.product.map(|to| to.group));
    let expires = new.now.plus(super::OPEN);
    tx.run(sql, args![new.id, new.team, new.role, product, group, new.inviter, new.invitee, email, key, new.now, expires]).await.map(|_| ())
}

pub(super) async fn set_mail(tx: &Writer, invitation: InvitationId, mail: MailId) -> Result<()> {
    tx.run("UPDATE invitations SET mail = $2 WHERE id = $1", args![invitation, mail]).await.map(|_| ())
}

pub(super) async fn set_hash(tx: &Writer, invitation: InvitationId, hash: Vec<u8>) -> Result<()> {
    tx.run("UPDATE invitations SET hash = $2 WHERE id = $1", args![invitation, hash]).await.map(|_| ())
}

/// Opens it for another seven days, by another inviter, and ends the old link.
pub(super) async fn renew(tx: &Writer, invitation: InvitationId, inviter: PersonId, now: Time) -> Result<()> {
    let sql = "UPDATE invitations SET inviter = $2, hash = NULL, created_at = $3, expires_at = $4, reminded = FALSE WHERE id = $1";
    tx.run(sql, args![invitation, inviter, now, now.plus(super::OPEN)]).await.map(|_| ())
}

/// Makes it offer another permission group.
pub(super) async fn set_group(tx: &Writer, invitation: InvitationId, group: GroupId) -> Result<()> {
    tx.run("UPDATE invitations SET permission_group = $2 WHERE id = $1", args![invitation, group]).await.map(|_| ())
}

/// Notes that both sides were told that it ends soon; `false` if that was noted before.
pub(super) async fn set_reminded(tx: &Writer, invitation: InvitationId) -> Result<bool> {
    Ok(tx.run("UPDATE invitations SET reminded = TRUE WHERE id = $1 AND NOT reminded", args![invitation]).await? == 1)
}

/// Takes an invitation away; `false` if somebody else has just done so.
pub(super) async fn delete(tx: &Writer, invitation: InvitationId) -> Result<bool> {
    Ok(tx.run("DELETE FROM invitations WHERE id = $1", args![invitation]).await? == 1)
}

/// Open invitations that end before a moment and of which nobody was reminded.
pub(super) async fn ending(db: &Reader, now: Time, before: Time) -> Result<Vec<InvitationId>> {
    record! { struct Id { id: InvitationId } }
    let sql = "SELECT id FROM invitations WHERE expires_at > $1 AND expires_at <= $2 AND NOT reminded ORDER BY expires_at LIMIT 500";
    Ok(db.all::<Id>(sql, args![now, before]).await?.into_iter().map(|row| row.id).collect())
}

/// Invitations that ended before a moment.
pub(super) async fn expired(db: &Reader, before: Time) -> Result<Vec<InvitationId>> {
    record! { struct Id { id: InvitationId } }
    let found = db.all::<Id>("SELECT id FROM invitations WHERE expires_at < $1 ORDER BY expires_at LIMIT 500", args![before]).await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

record! {
    /// A mailbox.
    pub struct Mailbox { pub name: String, pub email: String }
}

/// Where mail to a person goes.
pub(super) async fn mailbox(db: &Reader, person: PersonId) -> Result<Option<Mailbox>> {
    db.one("SELECT name, email FROM people WHERE id = $1 AND service_of IS NULL", args![person]).await
}
