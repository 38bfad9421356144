//! A file on its way into a product: looked at, imported, and what stands in the way of it.

use serde_json::{Value, json};

use crate::support::{Page, Server, visit};

async fn chooses(page: &Page, file: &Value) {
    page.ask(&format!(
        "const files = new DataTransfer();
         files.items.add(new File([{}], 'world.json', {{ type: 'application/json' }}));
         document.getElementById('file').files = files.files",
        json!(file.to_string())
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_brings_a_file_into_a_product() {
    let server = Server::named().await;
    let team = server.team("harbor").await;
    let product = server.product(&team, "Storefront").await;
    visit(server, async move |visit| {
        let (dana, phone) = (visit.signed_in("harbor-owner").await, visit.phone().await);
        phone.sign_in("harbor-owner").await;
        let more = |name: &str, color: &str| {
            json!({ "burgee": 1, "products": [{ "name": "x", "environments": [{ "name": name, "color": color }],
                "configs": [{ "name": "Main Config", "settings": [
                    { "id": 1, "key": format!("in{name}"), "type": "boolean", "values": { "Test": true } },
                    { "id": 1, "key": format!("also{name}"), "type": "boolean" }] }],
                "people": [{ "email": "noor@client.example", "group": "Developer" }] }] })
        };
        let path = format!("{}/transfer", product.path);
        for (page, name) in [(&dana, "Staging"), (&phone, "Canary")] {
            page.go(&path).await;
            page.sees("first you see what it would do").await;
            page.fits().await;
            chooses(page, &more(name, "amber")).await;
            page.press("Look what it would do").await;
            page.sees("This would be created").await;
            page.sees(name).await;
            page.fits().await;
            page.is_accessible().await;
            page.press("Import all of it").await;
            page.sees("Imported").await;
            page.fits().await;
            page.is_accessible().await;
            // With another colour, it is not what is there now.
            chooses(page, &more(name, "red")).await;
            page.press("Look what it would do").await;
            page.sees("Something stands in the way, so nothing is imported").await;
            page.sees("Here it is “amber”.").await;
            page.fits().await;
            page.is_accessible().await;
            page.is_readable_in_the_dark().await;
            chooses(page, &json!({ "burgee": 1, "boats": [] })).await;
            page.press("Look what it would do").await;
            page.sees("The document cannot be read").await;
            page.fits().await;
            page.is_accessible().await;
        }
    })
    .await;
}
