//! Every route × every kind of actor × own, foreign and missing objects. The table comes from the code: a route that is added is tested.
//!
//! What is expected comes from the permission in the handler's signature and from what each actor is made to be here. Programs come with
//! tokens that may only read: where they are allowed, whatever is not a read is refused to them before the body is looked at, so that nothing is
//! destroyed on the way.

use std::sync::Arc;

use burgee::{
    authz::{
        Access, GROUP_PERMISSIONS, Grants, Group, Kind, Operation, Permission, Place, Role, Surface, Verdict, decide, grants::Held,
        routes::Guard,
    },
    ids::{ConfigId, EnvironmentId, GroupId, PersonId, TagId, TeamId},
    permission_groups,
};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Client, Product, Server, Team, on_both};

/// Somebody, in a browser and with a token that may only read.
struct Actor {
    kind: &'static str,
    browser: Client,
    program: Client,
    role: Option<Role>,
    administrator: bool,
    /// Their permission group in the own product.
    group: Option<Arc<Group>>,
    /// Whether they are let in at all.
    let_in: bool,
    /// Their own things, by their names in paths.
    session: String,
    token: String,
    invitation: String,
}

/// The things in a team that paths name.
struct Objects {
    team: String,
    slug: String,
    person: String,
    invitation: String,
    /// A product, somebody in it, and an invitation to it.
    product: Product,
    inside: String,
    offer: String,
    flag: String,
    /// A key that opens the product's config in production.
    sdk_key: String,
    tag: String,
    segment: String,
    webhook: String,
    /// A service account, and a token of it.
    account: String,
    account_token: String,
    integration: String,
}

struct World {
    server: Server,
    actors: Vec<Actor>,
    own: Objects,
    foreign: Objects,
    mail: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Which {
    Own,
    Foreign,
    Missing,
}

async fn objects(server: &Server, team: &Team) -> Objects {
    let target = server.join(team, &format!("{}-target", team.slug), 30).await;
    let invite = json!({ "user": format!("waiting@{}.example", team.slug) });
    team.owner.post(&format!("/api/v1/teams/{}/invitations", team.id), invite).await.ok();
    let waiting = team.owner.get(&format!("/api/v1/teams/{}/invitations", team.id)).await.ok();
    let invitation = waiting["invitations"][0]["id"].as_str().unwrap().to_owned();
    let product = server.product(team, "Storefront").await;
    let inside = server.person(&format!("{}-inside", team.slug)).await;
    server.put_in(&product, product.manager, &inside).await;
    let offers = format!("/api/v1/products/{}/invitations", product.id);
    let offer = json!({ "user": format!("offered@{}.example", team.slug), "permissionGroupId": product.manager });
    team.owner.post(&offers, offer).await.ok();
    let offer = team.owner.get(&offers).await.ok()["invitations"][0]["id"].as_str().unwrap().to_owned();
    let flag = server.setting(&product, "newCheckout", 0, r#"{"default":{"b":true}}"#).await.to_string();
    team.owner.form(&format!("{}/tags", product.path), &[("name", "checkout")]).await.leads_to();
    let tag = server.value::<TagId>("SELECT MAX(id) FROM tags", vec![]).await.to_string();
    let beta = [("name", "beta"), ("condition.0.attribute", "Email"), ("condition.0.comparator", "isOneOf"), ("condition.0.values", "kim")];
    let segment = team.owner.form(&format!("{}/segments", product.path), &beta).await.leads_to().rsplit('/').next().unwrap().to_owned();
    let hook =
        [("config", product.config.as_str()), ("environment", &product.production), ("url", "http://127.0.0.1:9/"), ("method", "get")];
    let webhook = team.owner.form(&format!("{}/webhooks", product.path), &hook).await.leads_to().rsplit('/').next().unwrap().to_owned();
    let accounts = format!("/api/v1/teams/{}/service-accounts", team.id);
    let account = team.owner.post(&accounts, json!({ "name": "Terraform" })).await.ok()["id"].as_str().unwrap().to_owned();
    let token = team.owner.post(&format!("{accounts}/{account}/tokens"), json!({ "name": "ci" })).await.ok();
    let kept = [("kind", "pubNub"), ("name", "Clients")];
    let integration =
        team.owner.form(&format!("{}/integrations", product.path), &kept).await.leads_to().rsplit('/').next().unwrap().to_owned();
    Objects {
        account,
        account_token: token["id"].as_str().unwrap().to_owned(),
        team: team.id.clone(),
        slug: team.slug.clone(),
        person: target.id,
        invitation,
        sdk_key: sdk_key(server, &product).await,
        product,
        inside: inside.id,
        offer,
        flag,
        tag,
        segment,
        webhook,
        integration,
    }
}

async fn sdk_key(server: &Server, product: &Product) -> String {
    let (config, environment): (ConfigId, EnvironmentId) = (product.config.parse().unwrap(), product.production.parse().unwrap());
    let sql = "SELECT key FROM sdk_keys WHERE config = $1 AND environment = $2 AND slot = 1";
    server.value(sql, vec![config.into(), environment.into()]).await
}

async fn actor(server: &Server, inviting: &Team, kind: &'static str, browser: Client, role: Option<Role>) -> Actor {
    let invite = json!({ "user": browser.username });
    inviting.owner.post(&format!("/api/v1/teams/{}/invitations", inviting.id), invite).await.ok();
    let waiting = browser.get("/api/v1/user/invitations").await.ok();
    let invitation =
        waiting["invitations"].as_array().unwrap().iter().find(|one| one["team"]["id"] == inviting.id.as_str()).unwrap()["id"].clone();
    let program = server.token(&browser, true).await;
    let first = |list: &serde_json::Value, name: &str| list[name][0]["id"].as_str().unwrap().to_owned();
    let session = first(&browser.get("/api/v1/user/sessions").await.ok(), "sessions");
    let token = first(&browser.get("/api/v1/user/tokens").await.ok(), "tokens");
    let administrator = kind == "administrator";
    let invitation = invitation.as_str().unwrap().to_owned();
    Actor { kind, browser, program, role, administrator, group: None, let_in: true, session, token, invitation }
}

async fn group(server: &Server, id: i64) -> Arc<Group> {
    let found = permission_groups::one(&server.reader(), GroupId(id)).await.unwrap().unwrap();
    Arc::new(permission_groups::group(&server.reader(), &found).await.unwrap())
}

async fn world(server: Server) -> World {
    let own_team = server.team("harbor").await;
    let foreign_team = server.team("faraway").await;
    let inviting = server.team("inviting").await;
    let (own, foreign) = (objects(&server, &own_team).await, objects(&server, &foreign_team).await);

    let guest = server.person("gus").await;
    server.make_guest(&own.team, &guest.id).await;
    let removed = server.join(&own_team, "rem", 30).await;
    let suspended = server.join(&own_team, "sus", 50).await;
    let stranger = server.person("sam").await;
    // Guests through a product: one who manages what is in it, one who may see its names and nothing else.
    let developer = server.person("dev").await;
    let onlooker = server.person("ona").await;
    let nothing = server.group(&own.product, "Onlookers", &[], &[]).await;
    server.put_in(&own.product, own.product.developer, &developer).await;
    server.put_in(&own.product, nothing, &onlooker).await;
    let (owner, member, administrator) = (own_team.owner.clone(), own_team.member.clone(), server.admin.clone());
    let mut actors = vec![
        actor(&server, &inviting, "stranger", stranger, None).await,
        actor(&server, &inviting, "guest", guest, Some(Role::Guest)).await,
        actor(&server, &inviting, "member", member, Some(Role::Member)).await,
        actor(&server, &inviting, "owner", owner, Some(Role::Owner)).await,
        actor(&server, &inviting, "administrator", administrator, None).await,
        actor(&server, &inviting, "removed", removed, None).await,
        actor(&server, &inviting, "suspended", suspended, None).await,
        actor(&server, &inviting, "developer", developer, Some(Role::Guest)).await,
        actor(&server, &inviting, "onlooker", onlooker, Some(Role::Guest)).await,
    ];
    actors[7].group = Some(group(&server, own.product.developer).await);
    actors[8].group = Some(group(&server, nothing).await);
    let removed = actors[5].browser.id.clone();
    own_team.owner.delete(&format!("/api/v1/teams/{}/members/{removed}", own.team)).await.ok();
    let suspended = actors[6].browser.id.clone();
    server.admin.put(&format!("/api/v1/users/{suspended}"), json!({ "suspended": true })).await.ok();
    actors[6].let_in = false;
    server.work().await;
    let mails = server.admin.get("/api/v1/admin/mails").await.ok();
    let mail = mails["mails"][0]["id"].as_str().unwrap_or_else(|| panic!("no mail: {mails}")).to_owned();
    World { server, actors, own, foreign, mail }
}

impl World {
    /// The address of a route for an actor.
    fn path(&self, route: &Operation, actor: Option<&Actor>, which: Which) -> String {
        let missing = uuid::Uuid::new_v4().to_string();
        let objects = if which == Which::Foreign { &self.foreign } else { &self.own };
        let other = self.actors.iter().find(|other| Some(other.kind) != actor.map(|actor| actor.kind)).unwrap();
        let own = match (which, actor) {
            (Which::Own, Some(actor)) => actor,
            _ => other,
        };
        let answers = matches!(route.guard, Some(Guard::Permission(Permission::InvitationAnswer)));
        let start = if takes_key(route) { format!("{}#{}", route.path, objects.sdk_key) } else { route.path.to_owned() };
        route.names.iter().chain(burgee::authz::routes::names_in(route.path).iter()).fold(start, |path, name| {
            let in_product = is_in_product(route);
            let by_slug = route.path.starts_with("/team/") || route.path.contains("/slug/");
            let value = match (*name, which) {
                ("team", Which::Missing) if by_slug => "nowhere-at-all",
                (_, Which::Missing) => &missing,
                ("team", _) if by_slug => &objects.slug,
                ("team", _) => &objects.team,
                ("product", _) => &objects.product.id,
                ("environment", _) => &objects.product.production,
                ("config", _) => &objects.product.config,
                ("tag", _) => &objects.tag,
                ("segment", _) => &objects.segment,
                ("webhook", _) => &objects.webhook,
                ("integration", _) => &objects.integration,
                ("flag" | "setting", _) => &objects.flag,
                ("group", _) => &objects.product.manager.to_string(),
                ("person", _) if in_product => &objects.inside,
                ("person", _) => &objects.person,
                ("invitation", _) if answers => &own.invitation,
                ("invitation", _) if in_product => &objects.offer,
                ("invitation", _) => &objects.invitation,
                ("session", _) => &own.session,
                ("account", _) => &objects.account,
                ("token", _) if route.path.contains("{account}") => &objects.account_token,
                ("token", _) => &own.token,
                ("mail", _) => &self.mail,
                _ => &missing,
            };
            path.replace(&format!("{{{name}}}"), value).replace(&format!("{{*{name}}}"), value)
        })
    }

    /// What the rules say.
    fn expected(&self, route: &Operation, permission: Permission, actor: &Actor, by_token: bool, which: Which) -> Verdict {
        if which == Which::Missing {
            return Verdict::Hidden;
        }
        let person = PersonId(actor.browser.id.parse().unwrap());
        let kind = route.on.unwrap();
        let objects = if which == Which::Foreign { &self.foreign } else { &self.own };
        let team: TeamId = objects.team.parse().unwrap();
        let about = match (kind, permission) {
            (Kind::Account, _) | (_, Permission::InvitationAnswer) if which == Which::Own => Some(person),
            (Kind::Account, _) => Some(PersonId::new()),
            _ => None,
        };
        let place = match kind {
            Kind::Platform | Kind::Person | Kind::Account => Place { kind, ..Place::PLATFORM },
            _ if is_in_product(route) => {
                let place = Place::in_product(kind, team, objects.product.id.parse().unwrap());
                match kind {
                    Kind::Value | Kind::SdkKey | Kind::Webhook => place.at(objects.product.production.parse().unwrap()),
                    _ => place,
                }
            }
            _ => Place::in_team(kind, team),
        };
        // Guests know nobody of the team, but for whom they manage.
        if permission == Permission::TeamMemberArrange && !actor.administrator && actor.role == Some(Role::Guest) {
            return Verdict::Hidden;
        }
        let held = Held {
            person,
            administrator: actor.administrator,
            suspended: false,
            verified: true,
            password_expired: false,
            role: actor.role.filter(|_| which == Which::Own),
            group: actor.group.clone().filter(|_| which == Which::Own && place.product.is_some()),
            team_suspended: false,
            may_create_teams: true,
            by_token,
        };
        decide(&Grants::Person(held), permission, &place.about(about)).verdict
    }
}

/// Whether the route takes an SDK key in a header. It stands after the `#` of an address here, which is no part of what is sent.
fn takes_key(route: &Operation) -> bool {
    route.path.ends_with("/settings/{setting}/value") && !route.path.contains("/environments/")
}

async fn ask(client: &Client, route: &Operation, path: &str) -> Answer {
    let (path, key) = path.split_once('#').unwrap_or((path, "none"));
    // A body that cannot be read: what may be done is decided before anybody tries.
    let with_body = |request: reqwest::RequestBuilder| match (route.surface, &route.method) {
        (_, &Method::GET) => request,
        (Surface::Page, _) => request.header("content-type", "application/x-www-form-urlencoded").body("nothing=%00"),
        (Surface::Json | Surface::Management | Surface::Application, _) => request.header("content-type", "application/json").body("{"),
    };
    let with_key = |request: reqwest::RequestBuilder| if takes_key(route) { request.header("X-CONFIGCAT-SDKKEY", key) } else { request };
    client.send(route.method.clone(), path, |request| with_key(with_body(request))).await
}

/// Checks an answer against a verdict.
fn check(route: &Operation, answer: &Answer, verdict: Verdict, by_token: bool, what: &str) {
    let status = answer.status.as_u16();
    let refused_to_token = answer.text.contains("This token may only read.");
    let fits = match verdict {
        Verdict::Hidden => status == 404,
        Verdict::Denied => status == 403 && !refused_to_token,
        Verdict::Allowed if by_token && writes(route) => status == 403 && refused_to_token,
        Verdict::Allowed => {
            // What only a browser does is a rule of its own.
            // Whoever may delete in general does not delete what another environment serves, to which they have no access.
            let refused = answer.text.to_lowercase().contains("you have no access to")
                || answer.text.contains("to which you have no access")
                || answer.text.contains("A token cannot");
            (!matches!(status, 401 | 404) || missing_within(route, status)) && (status != 403 || refused)
        }
    };
    assert!(fits, "{what}: expected {verdict:?}, got {status}\n{}", answer.text);
    assert!(status < 500, "{what}: {status}\n{}", answer.text);
}

/// Whether a token that may only read is refused before anything else is looked at.
fn writes(route: &Operation) -> bool {
    route.method != Method::GET && !route.only_reads
}

/// Routes that are allowed and may find nothing inside: what they look up is no object of the path.
fn missing_within(route: &Operation, status: u16) -> bool {
    status == 404 && route.names.is_empty() && route.path.contains("/{")
}

/// Whether what a route asks about is in a product.
fn is_in_product(route: &Operation) -> bool {
    match route.on {
        Some(
            Kind::Product
            | Kind::ProductMember
            | Kind::PermissionGroup
            | Kind::Environment
            | Kind::Config
            | Kind::Value
            | Kind::SdkKey
            | Kind::Webhook,
        ) => true,
        Some(Kind::Invitation) => route.guard == Some(Guard::Permission(Permission::ProductInvitationManage)),
        _ => false,
    }
}

fn names_objects(route: &Operation) -> bool {
    !route.names.is_empty()
}

on_both! {
    async fn every_route_answers_every_actor_as_its_permission_says(server) {
        let world = world(server).await;
        let table = burgee::app::table();
        let anonymous = world.server.anonymous();
        let mut asked = 0;
        for route in &table {
            let what = |who: &str, which: Which| format!("{} {} by {who}, {which:?} object", route.method, route.path);
            match route.guard.unwrap_or_else(|| panic!("{} has no guard", route.path)) {
                Guard::Anyone => {
                    let answer = ask(&anonymous, route, &world.path(route, None, Which::Missing)).await;
                    assert!(answer.status.as_u16() < 500, "{}: {}", what("nobody", Which::Missing), answer.status);
                    asked += 1;
                }
                Guard::SdkKey => {
                    // An account opens nothing here, whosoever it is.
                    for nobody in [&anonymous, &world.actors[3].browser, &world.actors[3].program] {
                        let answer = ask(nobody, route, &world.path(route, None, Which::Own)).await;
                        let refused = if route.path.contains("configuration-files") { 404 } else { 401 };
                        assert_eq!(answer.status.as_u16(), refused, "{}: {}", what("no key", Which::Own), answer.text);
                        asked += 1;
                    }
                }
                Guard::SignedIn | Guard::InBody(_) | Guard::Permission(_) => {
                    let answer = ask(&anonymous, route, &world.path(route, None, Which::Own)).await;
                    not_signed_in(route, &answer, &what("nobody", Which::Own));
                    asked += 1;
                }
            }
            if matches!(route.guard, Some(Guard::SignedIn | Guard::InBody(_))) && writes(route) {
                let answer = ask(&world.actors[3].program, route, &world.path(route, Some(&world.actors[3]), Which::Own)).await;
                check(route, &answer, Verdict::Allowed, true, &what("the owner’s token", Which::Own));
                asked += 1;
            }
            let Some(Guard::Permission(permission)) = route.guard else { continue };
            for actor in &world.actors {
                for which in [Which::Own, Which::Foreign, Which::Missing] {
                    if which != Which::Own && !names_objects(route) {
                        continue;
                    }
                    let personal = matches!(route.on, Some(Kind::Person));
                    if which == Which::Foreign && personal {
                        continue;
                    }
                    let path = world.path(route, Some(actor), which);
                    let answer = ask(&actor.program, route, &path).await;
                    asked += 1;
                    let what = what(actor.kind, which);
                    if !actor.let_in {
                        not_signed_in(route, &answer, &what);
                        continue;
                    }
                    let verdict = world.expected(route, permission, actor, true, which);
                    check(route, &answer, verdict, true, &format!("{what}, with a token"));
                    // A browser has the same rights and more: it may handle credentials. Where it is allowed, only looking is tried here.
                    let verdict = world.expected(route, permission, actor, false, which);
                    if route.method == Method::GET || verdict != Verdict::Allowed {
                        let answer = ask(&actor.browser, route, &path).await;
                        check(route, &answer, verdict, false, &format!("{what}, in a browser"));
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked > table.len() * 8, "only {asked} questions for {} routes", table.len());
    }

    async fn every_route_of_a_product_answers_every_group_as_its_switches_say(server) {
        let mut world = world(server).await;
        let table = burgee::app::table();
        let in_products: Vec<&Operation> = table
            .iter()
            .filter(|route| is_in_product(route) && matches!(route.guard, Some(Guard::Permission(_))))
            .collect();
        assert!(in_products.len() > 40, "only {} routes", in_products.len());
        let at = world.actors.iter().position(|actor| actor.kind == "developer").unwrap();
        let person = world.actors[at].browser.clone();
        let mut asked = 0;
        // Each switch alone, with each level of access; and none at all.
        for switch in GROUP_PERMISSIONS.iter().map(|switch| Some(switch.permission)).chain([None]) {
            for access in Access::ALL {
                let name = format!("{} {access}", switch.map_or("nothing", Permission::key));
                let levels = [(world.own.product.production.as_str(), access), (world.own.product.test.as_str(), access)];
                let id = world.server.group(&world.own.product, &name, switch.as_slice(), &levels).await;
                world.server.put_in(&world.own.product, id, &person).await;
                world.actors[at].group = Some(group(&world.server, id).await);
                let actor = &world.actors[at];
                for route in &in_products {
                    let Some(Guard::Permission(permission)) = route.guard else { continue };
                    let path = world.path(route, Some(actor), Which::Own);
                    let answer = ask(&actor.program, route, &path).await;
                    asked += 1;
                    let verdict = world.expected(route, permission, actor, true, Which::Own);
                    // What is shared by environments is not deleted or changed around one's access to them: a rule, not a permission.
                    let by_rule = answer.status == 403 && !answer.text.contains(&format!("You may not {}.", permission.sentence()));
                    if verdict == Verdict::Allowed && access < Access::Full && by_rule && !writes(route) {
                        continue;
                    }
                    check(route, &answer, verdict, true, &format!("{} {} with {name}", route.method, route.path));
                }
            }
        }
        assert_eq!(asked, in_products.len() * (GROUP_PERMISSIONS.len() + 1) * 3);
    }

    async fn a_foreign_and_a_missing_object_look_the_same(server) {
        let world = world(server).await;
        let stranger = &world.actors[0];
        for route in burgee::app::table().iter().filter(|route| matches!(route.surface, Surface::Json | Surface::Management) && names_objects(route)) {
            let foreign = ask(&stranger.browser, route, &world.path(route, Some(stranger), Which::Foreign)).await;
            let missing = ask(&stranger.browser, route, &world.path(route, Some(stranger), Which::Missing)).await;
            assert_eq!((foreign.status, &foreign.text), (missing.status, &missing.text), "{} {}", route.method, route.path);
            let malformed = route.names.iter().fold(route.path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), "%F0%9F%9A%80"));
            let malformed = ask(&stranger.browser, route, &malformed).await;
            assert_eq!((malformed.status, &malformed.text), (missing.status, &missing.text), "{} {}", route.method, route.path);
        }
    }
}

fn not_signed_in(route: &Operation, answer: &Answer, what: &str) {
    match route.surface {
        Surface::Json | Surface::Management | Surface::Application => assert_eq!(answer.status, 401, "{what}: {}", answer.text),
        Surface::Page => {
            assert_eq!(answer.status, 303, "{what}: {}", answer.text);
            let to = answer.headers["location"].to_str().unwrap();
            assert!(to.starts_with("/sign-in"), "{what}: leads to {to}");
        }
    }
}

#[test]
fn every_route_says_what_it_does() {
    let table = burgee::app::table();
    assert!(table.len() > 80, "only {} routes", table.len());
    for route in &table {
        let first = route.sentence.chars().next().unwrap();
        assert!(first.is_uppercase() && !route.sentence.ends_with('.'), "{}: {:?}", route.path, route.sentence);
    }
}
