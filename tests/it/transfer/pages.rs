//! The pages, as forms.

use reqwest::Method;

use super::{counted, harbor};
use crate::support::{Client, on_both};

on_both! {
    async fn the_pages_carry_a_product_out_and_in(server) {
        let (team, product) = harbor(&server).await;
        let page = team.owner.get(&format!("{}/transfer", product.path)).await.page();
        assert!(page.contains("Export Storefront") && page.contains("Look what it would do"), "{page}");
        let file = team.owner.get(&format!("{}/transfer/export", product.path)).await;
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"storefront.json\"");
        let file = file.page();
        assert!(file.starts_with("{\n  \"burgee\": 1,\n"), "it can be read");
        let send = async |who: &Client, path: &str, fields: &[(&str, &str)]| {
            let part = |(name, value): &(&str, &str)| format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            let body = fields.iter().map(part).collect::<String>() + "--xyz--\r\n";
            who.send(Method::POST, path, |request| request.header("content-type", "multipart/form-data; boundary=xyz").body(body)).await
        };
        let path = format!("{}/transfer", product.path);
        assert!(send(&team.owner, &path, &[("file", &file), ("do", "try")]).await.page().contains("Everything is there already"));
        let more = file.replace("\"newCheckout\"", "\"another\"");
        let looked = send(&team.owner, &path, &[("file", &more), ("do", "try")]).await.page();
        assert!(looked.contains("This would be created") && looked.contains("Import all of it"), "{looked}");
        assert!(looked.contains("&quot;another&quot;") || looked.contains("&#34;another&#34;"), "the document is kept: {looked}");
        let before = counted(&server).await;
        let done = send(&team.owner, &path, &[("document", &more), ("do", "import")]).await.page();
        assert!(done.contains("<h2 id=\"result-title\">Imported</h2>"), "{done}");
        assert!(counted(&server).await > before);
        // What stands in the way, what makes no sense, and nothing at all.
        let other = file.replace("\"Test\": true", "\"Test\": false");
        assert!(other != file);
        let stopped = send(&team.owner, &path, &[("file", &other), ("do", "import")]).await;
        assert_eq!(stopped.status, 422);
        assert!(stopped.text.contains("Here it is something else in Test."), "{}", stopped.text);
        let wrong = send(&team.owner, &path, &[("file", "{\"burgee\":1,\"x\":1}"), ("do", "try")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("unknown field"), "{}", wrong.text);
        assert!(send(&team.owner, &path, &[("do", "try")]).await.text.contains("Please choose a file."));
        assert_eq!(team.owner.form(&path, &[("do", "try")]).await.status, 422);
        // A script hears how far it is, and gets the same page last.
        let next = file.replace("\"newCheckout\"", "\"third\"");
        let body = format!("--xyz\r\nContent-Disposition: form-data; name=\"document\"\r\n\r\n{next}\r\n--xyz\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\nimport\r\n--xyz--\r\n");
        let mut told = team
            .owner
            .listen_to(Method::POST, &path, |request| request.header("content-type", "multipart/form-data; boundary=xyz").body(body))
            .await;
        let mut steps = vec![];
        let page = loop {
            let said = told.data().await;
            match said["what"].as_str() {
                Some(what) => steps.push(what.to_owned()),
                None => break said,
            }
        };
        assert!(steps.contains(&"Storefront in harbor: 1 flag or setting".to_owned()), "{steps:?}");
        assert!(page["html"].as_str().unwrap().contains("<h2 id=\"result-title\">Imported</h2>"), "{page}");
        // A config file, into one of the configs.
        let of_files = format!("{path}/config-file");
        assert!(team.owner.get(&of_files).await.page().contains("Into the config"));
        let config_file = r#"{"f":{"fromFile":{"t":0,"v":{"b":true}}}}"#;
        let fields = [("file", config_file), ("config", product.config.as_str()), ("environment", product.production.as_str()), ("do", "try")];
        let looked = send(&team.owner, &of_files, &fields).await.page();
        assert!(looked.contains("This would be created") && looked.contains(&format!("name=\"config\" value=\"{}\"", product.config)), "{looked}");
        let wanted = [("document", config_file), fields[1], fields[2], ("do", "import")];
        let done = send(&team.owner, &of_files, &wanted).await.page();
        assert!(done.contains("<h2 id=\"result-title\">Imported</h2>"), "{done}");
        assert!(send(&team.owner, &of_files, &fields).await.page().contains("Everything is there already"));
        let missing = send(&team.owner, &of_files, &[fields[0], fields[1], ("environment", ""), ("do", "try")]).await;
        assert!(missing.status == 422 && missing.text.contains("Please say whose values these are."), "{}", missing.text);
        let no_file = send(&team.owner, &of_files, &[("file", &file), fields[1], fields[2], ("do", "try")]).await;
        assert!(no_file.status == 422 && no_file.text.contains("There are no flags and settings in this file."), "{}", no_file.text);
        // A team the same way, for its owners.
        let of_team = format!("/team/{}/transfer", team.slug);
        let whole = team.owner.get(&format!("{of_team}/export")).await.page();
        assert!(whole.contains("\"slug\": \"harbor\""), "{whole}");
        assert!(send(&team.owner, &of_team, &[("file", &whole), ("do", "try")]).await.page().contains("Everything is there already"));
        team.member.get(&of_team).await.refused(403);
    }
}
