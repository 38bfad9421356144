//! The table of settings.

use super::{Settings, Value};
use crate::{
    db::{Reader, Writer, args, record},
    error::Result,
};

record! {
    struct Row { name: String, value: String }
}

/// All settings as they are now.
pub async fn load(db: &Reader) -> Result<Settings> {
    let mut settings = Settings::default();
    for Row { name, value } in db.all::<Row>("SELECT name, value FROM settings", args![]).await? {
        let value = match settings.get(&name) {
            Some(Value::Switch(_)) => Value::Switch(value == "true"),
            _ => Value::Text(value),
        };
        settings.set(&name, value);
    }
    Ok(settings)
}

/// Keeps a value.
pub async fn save(tx: &Writer, name: &str, value: &Value) -> Result<()> {
    let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.run(sql, args![name, value.to_string()]).await.map(|_| ())
}
