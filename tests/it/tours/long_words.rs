//! Names, keys and hints of one long word: they go on in another line, on a desk and on a telephone.

use crate::support::{Page, Server, visit};

/// What makes no place for a line to end.
fn word(letters: usize) -> String {
    "Wo".repeat(letters / 2)
}

/// That every page is as wide as the window.
async fn all_fit(page: &Page, paths: &[(String, String)]) {
    for (path, shown) in paths {
        page.go(path).await;
        page.sees(shown).await;
        page.fits().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_words_do_not_widen_a_page() {
    let server = Server::named().await;
    let team = server.team("Harbor").await;
    let product = server.product(&team, "Storefront").await;
    let config = format!("{}/configs/{}", product.path, product.config);
    let url = format!("https://example.com/{}", word(200));
    let (name, key) = (word(240), word(254).to_lowercase());
    let flag = [("name", name.as_str()), ("key", key.as_str()), ("kind", "boolean"), ("hint", &url[..60])];
    team.owner.form(&format!("{config}/flags"), &flag).await.leads_to();
    let id = server.value::<burgee::ids::SettingId>("SELECT id FROM config_settings", vec![]).await.0;
    let name = &name[..100];
    let beta = [
        ("name", name),
        ("description", url.as_str()),
        ("condition.0.attribute", "Email"),
        ("condition.0.comparator", "isOneOf"),
        ("condition.0.values", &url),
    ];
    let segment = team.owner.form(&format!("{}/segments", product.path), &beta).await.leads_to();
    team.owner.form(&format!("{}/tags", product.path), &[("name", name)]).await.leads_to();
    let other = [("name", name), ("description", &url), ("evaluation_version", "v2")];
    team.owner.form(&format!("{}/configs", product.path), &other).await.leads_to();
    team.owner.form("/team/harbor/products", &[("name", name), ("description", &url)]).await.leads_to();
    let person = server.person(&"w".repeat(38)).await;
    server.put_in(&product, product.manager, &person).await;
    let pages = [
        (config.clone(), name),
        (format!("{config}?environment={}", product.test), name),
        (format!("{config}/compare?all=on"), name),
        (format!("{config}/flags/{id}?environment={}", product.test), &url[..60]),
        (format!("{}/configs", product.path), name),
        (format!("{}/segments", product.path), name),
        (segment, name),
        (format!("{}/tags", product.path), name),
        (format!("{}/manage", product.path), "Wwww"),
        (format!("{}/automation", product.path), name),
        ("/team/harbor/products".to_owned(), name),
        ("/team/harbor/members".to_owned(), "Wwww"),
    ];
    let paths = pages.map(|(path, shown)| (path, shown.to_owned()));
    visit(server, async move |visit| {
        let (desk, phone) = (visit.signed_in("harbor-owner").await, visit.phone().await);
        phone.sign_in("harbor-owner").await;
        all_fit(&desk, &paths).await;
        all_fit(&phone, &paths).await;
    })
    .await;
}
