//! What the tests share: a server of their own on a free port, people who are signed in, teams, mail, and a clock that stands still.
//!
//! A test reads like a conversation with the server:
//! ```ignore
//! on_both!(async fn an_owner_renames(server) {
//!     let team = server.team("Harbor").await;
//!     team.owner.put(&format!("/api/v1/teams/{}", team.id), json!({ "name": "Pier" })).await.ok();
//! });
//! ```

mod behind;
mod browser;
mod client;
mod forms;
mod products;
mod proxy;
mod receiver;
mod server;

pub use behind::{burgee, said};
pub use browser::{HOST, Page, SECURE_HOST, Visit, visit, visit_through};
pub use client::{Answer, Client, Events};
pub use forms::fields;
pub use products::Product;
pub use proxy::Proxy;
pub use receiver::Receiver;
pub use server::{Server, Team, at_a_name, folder, parse};

/// A password that is good enough.
pub const PASSWORD: &str = "seventeen lanterns on the pier";

/// Runs a test on SQLite and on PostgreSQL, each on a server with a fresh database.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($server: $crate::support::Server) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test($crate::support::Server::sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                test($crate::support::Server::postgres().await).await;
            }
        }
    )*};
}
pub(crate) use on_both;
