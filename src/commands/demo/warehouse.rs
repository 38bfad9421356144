//! The smaller products of the example.

use super::{
    product::{
        If::User,
        New, Product,
        Then::{Serve, Split},
        Value,
    },
    scene::Scene,
};
use crate::error::Result;

/// What goes on behind the shop.
pub async fn begin(scene: &Scene) -> Result<Product> {
    scene.day(50, 9, 0);
    let product = Product::create(scene, "robin", "Warehouse", "Scanners, labels and the robots in hall 2").await?;
    product.invite(scene, "robin", "noor", "Product Manager").await?;
    product.invite(scene, "robin", "kim", "Developer").await?;
    scene.accept("noor").await?;
    scene.accept("kim").await?;
    for (key, name, kind, initial) in [
        ("pickByLight", "Pick by light", "boolean", &[("Test", "true"), ("Production", "true")]),
        ("labelLanguage", "Language of labels", "string", &[("Test", "en"), ("Production", "nl")]),
        ("robotSpeed", "Speed of the robots", "double", &[("Test", "0.8"), ("Production", "1.2")]),
    ] {
        product.add(scene, "robin", New { key, name, kind, initial, ..New::default() }).await?;
    }
    scene.day(49, 11, 30);
    let slow = Value(&[(&[User("Hall", "isOneOf", "2")], Serve("0.6"))], Serve("1.2"));
    product.save(scene, "noor", "robotSpeed", "Production", &slow, "The floor of hall 2 is being mended").await?;
    Ok(product)
}

/// The shop on telephones.
pub async fn mobile(scene: &Scene) -> Result<()> {
    scene.day(4, 10, 0);
    let product = Product::create(scene, "robin", "Mobile app", "The shop on telephones").await?;
    product.invite(scene, "robin", "kim", "Administrators").await?;
    scene.accept("kim").await?;
    let new = New { key: "darkMode", name: "Dark mode", kind: "boolean", initial: &[("Test", "true")], ..New::default() };
    product.add(scene, "kim", new).await?;
    let tenth = Value(&[(&[User("App version", "semVerLess", "5.0.0")], Serve("false"))], Split(&[(10, "true"), (90, "false")]));
    product.save(scene, "kim", "darkMode", "Production", &tenth, "Only where version 5 is installed").await
}
