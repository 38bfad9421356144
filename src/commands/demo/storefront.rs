//! The product that the example is about: a shop with four environments, a past of three months, and people who may do different things.

use super::{
    product::{
        If::{Flag, In, User},
        New, Product,
        Then::{Serve, Split},
        Value,
    },
    scene::{Scene, fields},
};
use crate::error::Result;

/// What stands in the product, who is in it, and its oldest flags.
pub async fn begin(scene: &Scene) -> Result<Product> {
    scene.day(95, 10, 15);
    let shop = Product::create(scene, "dana", "Storefront", "The shop that customers see").await?;
    for (name, color, description) in
        [("Staging", "yellow", "Tried out here before it goes live"), ("Partner", "violet", "What resellers build upon")]
    {
        let form = fields(&[("name", name), ("color", color), ("description", description)]);
        scene.form("dana", &format!("{}/environments", shop.path), &form).await?;
    }
    let environments = shop.environments(scene).await?;
    if let Some(staging) = environments.get("Staging") {
        scene.form("dana", &format!("{}/environments/{staging}/move", shop.path), &fields(&[("to", "up")])).await?;
    }
    if let Some(production) = environments.get("Production") {
        let note = format!("note_{production}");
        let description = "The shop that customers see";
        let form = [("name", "Storefront"), ("description", description), ("key_style", "camelCase"), (&*note, "on")];
        scene.form("dana", &format!("{}/settings", shop.path), &fields(&form)).await?;
    }
    for (name, color) in [
        ("checkout", "whale"),
        ("catalogue", "lizard"),
        ("content", "canary"),
        ("account", "salmon"),
        ("billing", "koala"),
        ("experiment", "panther"),
    ] {
        scene.form("dana", &format!("{}/tags", shop.path), &fields(&[("name", name), ("color", color)])).await?;
    }

    scene.day(95, 13, 40);
    let levels = [("Test", "full"), ("Staging", "full"), ("Production", "readOnly"), ("Partner", "none")];
    shop.set_group(scene, "Developer", &["canViewSdkKey", "canViewProductStatistics"], &levels).await?;
    scene.form("dana", &format!("{}/groups", shop.path), &fields(&[("name", "Reseller"), ("from", "")])).await?;
    shop.set_group(scene, "Reseller", &["canViewSdkKey"], &[("Partner", "full")]).await?;
    for (people, group) in [("kim, noor", "Developer"), ("sasha", "Administrators"), ("jules", "Product Manager"), ("marin", "Reseller")] {
        shop.invite(scene, "dana", people, group).await?;
    }
    for who in ["kim", "noor", "sasha", "jules", "marin"] {
        scene.accept(who).await?;
    }
    segments(scene, &shop).await?;
    old_flags(scene, &shop).await?;
    Ok(shop)
}

async fn segments(scene: &Scene, shop: &Product) -> Result<()> {
    let each = [
        ("Beta users", "Customers who asked to see things early", "Email", "sensitiveTextEndsWithAnyOf", "@example.com\n@client.example"),
        ("Employees", "Everybody who works here", "Email", "textEndsWithAnyOf", "@harbor.example"),
        ("Nordic countries", "", "Country", "isOneOf", "Denmark\nFinland\nIceland\nNorway\nSweden"),
    ];
    for (name, description, attribute, comparator, values) in each {
        let form = fields(&[
            ("name", name),
            ("description", description),
            ("condition.0.attribute", attribute),
            ("condition.0.comparator", comparator),
            ("condition.0.values", values),
        ]);
        scene.form("sasha", &format!("{}/segments", shop.path), &form).await?;
    }
    Ok(())
}

async fn old_flags(scene: &Scene, shop: &Product) -> Result<()> {
    let on = &[("Test", "true"), ("Staging", "true"), ("Partner", "true")];
    scene.day(94, 9, 30);
    let new = New {
        key: "oldPriceBadge",
        name: "Old price badge",
        kind: "boolean",
        hint: "Shows the price before the discount. Can go when the new product page is everywhere.",
        tags: &["catalogue"],
        initial: on,
        ..New::default()
    };
    shop.add(scene, "robin", new).await?;
    shop.switch(scene, "robin", "oldPriceBadge", "Production", true, "Agreed with marketing").await?;

    scene.day(88, 14, 5);
    let new = New {
        key: "fastSearch",
        name: "Fast search",
        kind: "boolean",
        hint: "Asks the new search index.",
        tags: &["catalogue"],
        initial: on,
        ..New::default()
    };
    shop.add(scene, "sasha", new).await?;
    shop.switch(scene, "sasha", "fastSearch", "Production", true, "The new index is complete").await?;

    scene.day(80, 10, 50);
    let new = New {
        key: "itemsPerPage",
        name: "Items per page",
        kind: "int",
        hint: "How many articles a page of the catalogue shows.",
        tags: &["catalogue"],
        initial: &[("Test", "48"), ("Staging", "24")],
        ..New::default()
    };
    shop.add(scene, "noor", new).await?;
    shop.save(scene, "robin", "itemsPerPage", "Production", &Value(&[], Serve("24")), "As it was before").await?;
    shop.save(scene, "marin", "itemsPerPage", "Partner", &Value(&[], Serve("24")), "").await?;

    scene.day(72, 16, 25);
    let new = New {
        key: "bannerText",
        name: "Banner text",
        kind: "string",
        hint: "One line over every page; empty shows no banner.",
        tags: &["content", "catalogue"],
        initial: &[("Test", "Autumn sale"), ("Staging", "Autumn sale")],
        ..New::default()
    };
    shop.add(scene, "sasha", new).await?;

    scene.day(61, 11, 15);
    let new = New {
        key: "chatWindow",
        name: "Chat window",
        kind: "boolean",
        hint: "Was tried last summer.",
        tags: &["checkout"],
        initial: &[],
        ..New::default()
    };
    shop.add(scene, "kim", new).await
}

/// What happened to it in the last weeks.
pub async fn go_on(scene: &Scene, shop: &Product) -> Result<()> {
    scene.day(45, 9, 10);
    let on = &[("Test", "true"), ("Staging", "true")];
    let new = New {
        key: "reviews",
        name: "Reviews",
        kind: "boolean",
        hint: "Customers rate what they have bought.",
        tags: &["catalogue", "content"],
        initial: on,
        ..New::default()
    };
    shop.add(scene, "noor", new).await?;
    let new = New {
        key: "expressDelivery",
        name: "Express delivery",
        kind: "boolean",
        hint: "Delivered on the same day.",
        tags: &["checkout"],
        initial: &[],
        ..New::default()
    };
    shop.add(scene, "kim", new).await?;
    let beta = Value(&[(&[In("Beta users")], Serve("true"))], Serve("false"));
    shop.save(scene, "kim", "expressDelivery", "Test", &beta, "The carrier’s test account is there").await?;

    scene.day(38, 13, 20);
    let new = New {
        key: "signInPasskey",
        name: "Sign-in with passkey",
        kind: "boolean",
        hint: "Offers a passkey beside the password.",
        tags: &["account", "checkout"],
        initial: on,
        ..New::default()
    };
    shop.add(scene, "sasha", new).await?;
    let rules = Value(
        &[
            (&[In("Employees")], Serve("true")),
            (&[User("App version", "semVerGreaterOrEquals", "4.2.0"), In("Beta users")], Serve("true")),
            (&[User("Country", "isOneOf", "Netherlands\nBelgium")], Split(&[(25, "true"), (75, "false")])),
        ],
        Serve("false"),
    );
    shop.save(scene, "sasha", "signInPasskey", "Production", &rules, "Colleagues first, then the Low Countries").await?;
    layout(scene, shop).await?;
    numbers(scene, shop).await?;
    scene.day(20, 8, 55);
    shop.switch(scene, "robin", "reviews", "Production", true, "Moderation is staffed from today").await?;
    shop.switch(scene, "marin", "reviews", "Partner", true, "").await?;
    new_checkout(scene, shop).await
}

/// A text that can be one of three.
async fn layout(scene: &Scene, shop: &Product) -> Result<()> {
    scene.day(34, 10, 0);
    let new = New {
        key: "checkoutLayout",
        name: "Checkout layout",
        kind: "string",
        hint: "Which form of the checkout is shown.",
        tags: &["checkout", "experiment"],
        initial: &[],
        variations: &[
            ("steps", "Step by step", "As it was"),
            ("single", "Single page", "All on one page"),
            ("short", "Short", "Known customers"),
        ],
    };
    shop.add(scene, "noor", new).await?;
    let everybody = Value(&[], Serve("steps"));
    shop.save(scene, "robin", "checkoutLayout", "Production", &everybody, "What it has always been").await?;
    shop.save(scene, "marin", "checkoutLayout", "Partner", &everybody, "").await?;
    let test = Value(&[(&[In("Employees")], Serve("short"))], Split(&[(40, "steps"), (40, "single"), (20, "short")]));
    shop.save(scene, "noor", "checkoutLayout", "Test", &test, "All three, to see them").await?;
    let thirds = Value(&[], Split(&[(80, "steps"), (20, "single")]));
    scene.day(27, 15, 45);
    shop.save(scene, "jules", "checkoutLayout", "Production", &thirds, "The experiment begins").await
}

async fn numbers(scene: &Scene, shop: &Product) -> Result<()> {
    scene.day(26, 9, 35);
    let new = New {
        key: "freeShippingFrom",
        name: "Free shipping from",
        kind: "double",
        hint: "From this sum on, shipping is free.",
        tags: &["checkout", "billing"],
        initial: &[("Test", "0.01"), ("Staging", "39.9")],
        ..New::default()
    };
    shop.add(scene, "noor", new).await?;
    let nordic = Value(&[(&[In("Nordic countries")], Serve("59.9"))], Serve("39.9"));
    shop.save(scene, "jules", "freeShippingFrom", "Production", &nordic, "Freight to the north is dearer").await?;
    let new = New {
        key: "recommendations",
        name: "Recommendations",
        kind: "boolean",
        hint: "“Customers also bought”",
        tags: &["catalogue", "experiment"],
        initial: &[("Test", "true")],
        ..New::default()
    };
    shop.add(scene, "kim", new).await?;
    let half = Value(&[], Split(&[(50, "true"), (50, "false")]));
    shop.save(scene, "kim", "recommendations", "Staging", &half, "").await?;
    shop.save(scene, "jules", "recommendations", "Production", &half, "Half and half for two weeks").await?;
    scene.day(24, 12, 30);
    let new = New {
        key: "seasonTheme",
        name: "Theme of the season",
        kind: "json",
        hint: "Colours and pictures, as JSON.",
        tags: &["content"],
        initial: &[("Test", r##"{"accent":"#b8102b","picture":"harbour"}"##), ("Staging", r##"{"accent":"#1f66b5"}"##)],
        ..New::default()
    };
    shop.add(scene, "sasha", new).await?;
    let new = New {
        key: "priceRounding",
        name: "Price rounding",
        kind: "double",
        hint: "Prices are rounded to multiples of this.",
        tags: &["billing"],
        initial: &[("Test", "0.05"), ("Staging", "0.05")],
        ..New::default()
    };
    shop.add(scene, "noor", new).await?;
    shop.save(scene, "robin", "priceRounding", "Production", &Value(&[], Serve("0.05")), "Cash is rounded in the shops too").await
}

async fn new_checkout(scene: &Scene, shop: &Product) -> Result<()> {
    scene.day(18, 11, 20);
    let new = New {
        key: "newCheckout",
        name: "New checkout",
        kind: "boolean",
        hint: "The checkout that was written anew. Can go when everybody has had it for a month.",
        tags: &["checkout"],
        initial: &[("Test", "true")],
        ..New::default()
    };
    shop.add(scene, "kim", new).await?;
    shop.first(scene, "kim", "newCheckout").await?;
    let staging = Value(
        &[(&[In("Employees")], Serve("true")), (&[User("Email", "isOneOf", "qa@example.com\nqa@client.example")], Serve("true"))],
        Serve("false"),
    );
    shop.save(scene, "kim", "newCheckout", "Staging", &staging, "The testers begin").await?;
    scene.day(11, 16, 5);
    let beta = [(&[User("Email", "textEndsWithAnyOf", "@example.com\n@client.example"), In("Beta users")] as &[_], Serve("true"))];
    shop.save(scene, "dana", "newCheckout", "Production", &Value(&beta, Serve("false")), "Beta users asked for it").await?;
    scene.day(9, 9, 30);
    let ten = Value(&beta, Split(&[(10, "true"), (90, "false")]));
    shop.save(scene, "robin", "newCheckout", "Production", &ten, "First customers").await?;

    scene.day(8, 10, 40);
    let new = New {
        key: "giftCards",
        name: "Gift cards",
        kind: "boolean",
        hint: "Gift cards as a way to pay. Needs the new checkout.",
        tags: &["checkout", "billing"],
        initial: &[("Test", "true")],
        ..New::default()
    };
    shop.add(scene, "noor", new).await?;
    let needs = Value(&[(&[Flag("newCheckout")], Serve("true"))], Serve("false"));
    shop.save(scene, "noor", "giftCards", "Staging", &needs, "").await?;
    let new = New {
        key: "maintenanceNotice",
        name: "Maintenance notice",
        kind: "boolean",
        hint: "A line that says when the shop will be closed.",
        tags: &["content"],
        initial: &[],
        ..New::default()
    };
    shop.add(scene, "sasha", new).await?;
    scene.day(6, 20, 0);
    shop.switch(scene, "sasha", "maintenanceNotice", "Production", true, "The database moves tonight").await?;
    scene.day(5, 6, 30);
    shop.switch(scene, "sasha", "maintenanceNotice", "Production", false, "Done").await
}

/// What happened until just now.
pub async fn end(scene: &Scene, shop: &Product) -> Result<()> {
    scene.day(2, 9, 45);
    let rule = Value(&[(&[User("Language", "isOneOf", "de\nnl")], Serve("Herbstrabatt"))], Serve("Autumn sale"));
    shop.save(scene, "kim", "bannerText", "Test", &rule, "").await?;
    shop.invite(scene, "sasha", "pat", "Developer").await?;
    shop.invite(scene, "dana", "integrations@client.example", "Reseller").await?;
    scene.day(1, 14, 10);
    let api = shop.with_config(scene, "sasha", "Checkout service", "What the service behind the checkout asks for").await?;
    for (key, name, on) in [("retryPayments", "Retry payments", true), ("ledgerV2", "Second ledger", false)] {
        let initial: &[(&str, &str)] = if on { &[("Test", "true"), ("Staging", "true")] } else { &[("Test", "true")] };
        api.add(scene, "sasha", New { key, name, kind: "boolean", tags: &["billing"], initial, ..New::default() }).await?;
    }
    scene.minutes_ago(95);
    shop.switch(scene, "kim", "expressDelivery", "Staging", true, "").await?;
    shop.switch(scene, "kim", "expressDelivery", "Staging", false, "The carrier answers too slowly").await?;
    scene.minutes_ago(40);
    let beta = [(&[User("Email", "textEndsWithAnyOf", "@example.com\n@client.example"), In("Beta users")] as &[_], Serve("true"))];
    let twenty = Value(&beta, Split(&[(20, "true"), (80, "false")]));
    shop.save(scene, "robin", "newCheckout", "Production", &twenty, "Widen after a quiet week").await?;
    scene.minutes_ago(12);
    shop.switch(scene, "noor", "reviews", "Staging", false, "The stars are drawn twice").await?;
    shop.switch(scene, "noor", "reviews", "Staging", true, "").await
}
