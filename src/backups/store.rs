//! The queries about what a restored backup would revive.

use crate::{
    clock::Time,
    db::{Reader, Writer, args, record},
    error::Result,
    ids::{PersonId, TokenId},
};

record! {
    /// A personal token, with its person.
    #[derive(Clone, Debug)]
    pub struct Token {
        /// The token.
        pub id: TokenId,
        /// Its name.
        pub name: String,
        /// Whose it is.
        pub person: PersonId,
        /// Their user name.
        pub username: String,
        /// Their name.
        pub person_name: String,
        /// When it was made.
        pub created_at: Time,
        /// When it was last used.
        pub last_used_at: Option<Time>,
    }
}

/// All personal tokens, the oldest first.
pub async fn tokens(db: &Reader) -> Result<Vec<Token>> {
    let sql = "SELECT c.id, c.name, p.id AS person, p.username, p.name AS person_name, c.created_at, c.last_used_at \
               FROM credentials c JOIN people p ON p.id = c.person WHERE p.service_of IS NULL ORDER BY c.id";
    db.all(sql, args![]).await
}

record! {
    /// A service account, with its team.
    #[derive(Clone, Debug)]
    pub struct Account {
        /// The account.
        pub id: PersonId,
        /// Its name.
        pub name: String,
        /// The team's slug.
        pub team: String,
        /// How many tokens it has.
        pub tokens: i64,
        /// When it was created.
        pub created_at: Time,
        /// When one of its tokens was last used.
        pub last_seen_at: Option<Time>,
    }
}

/// All service accounts, the oldest first.
pub async fn service_accounts(db: &Reader) -> Result<Vec<Account>> {
    let sql = "SELECT p.id, p.name, t.slug AS team, (SELECT count(*) FROM credentials c WHERE c.person = p.id) AS tokens, p.created_at, \
               p.last_seen_at FROM people p JOIN teams t ON t.id = p.service_of ORDER BY p.id";
    db.all(sql, args![]).await
}

record! {
    /// An SDK key, by what it opens.
    #[derive(Clone, Debug)]
    pub struct SdkKey {
        /// The team's slug.
        pub team: String,
        /// The product.
        pub product: String,
        /// The config.
        pub config: String,
        /// The environment.
        pub environment: String,
        /// When it was made.
        pub created_at: Time,
        /// When it was last used.
        pub last_seen_at: Option<Time>,
    }
}

/// All SDK keys, the oldest first.
pub async fn sdk_keys(db: &Reader) -> Result<Vec<SdkKey>> {
    let sql = "SELECT t.slug AS team, p.name AS product, c.name AS config, e.name AS environment, k.created_at, k.last_seen_at \
               FROM sdk_keys k JOIN configs c ON c.id = k.config JOIN environments e ON e.id = k.environment JOIN products p ON p.id = c.product \
               JOIN teams t ON t.id = p.team ORDER BY k.created_at, k.key";
    db.all(sql, args![]).await
}

/// Ends all sessions, and tells how many.
pub async fn end_sessions(tx: &Writer) -> Result<u64> {
    tx.run("DELETE FROM sessions", args![]).await
}

/// Ends all links of mails and of the set-up, and tells how many. An invitation stays in the account of whom it is to, and can be sent again.
pub async fn end_links(tx: &Writer) -> Result<u64> {
    let mailed = tx.run("DELETE FROM mailed_links", args![]).await?;
    let set_up = tx.run("DELETE FROM settings WHERE name = 'setup:hash'", args![]).await?;
    let invited = tx.run("UPDATE invitations SET hash = NULL WHERE hash IS NOT NULL", args![]).await?;
    Ok(mailed + set_up + invited)
}

/// Revokes all personal tokens.
pub async fn delete_tokens(tx: &Writer) -> Result<u64> {
    tx.run("DELETE FROM credentials WHERE person IN (SELECT id FROM people WHERE service_of IS NULL)", args![]).await
}
