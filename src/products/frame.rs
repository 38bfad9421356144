//! The frame of every page in a product: the team's, with the open product and what its reader may open of it.

use super::{
    Product,
    permits::{ChangePreferences, ReadProduct},
};
use crate::{
    authz::{Authorized, Permission, Permit, Resource as _},
    error::{Error, Result},
    teams,
    ui::{Crumb, Frame, NavItem, Section},
};

/// The frame of a page in a product. `may` is about something in that product.
pub async fn frame<P: Permit>(may: &Authorized<P>, product: &Product, title: &str, here: Section) -> Result<Frame> {
    let team = teams::one(&may.read(), product.team).await?.ok_or(Error::NotFound)?;
    let mut frame = teams::frame(may, &team, title, here).await?;
    let sections = [
        (Section::Segments, ReadProduct::PERMISSION),
        (Section::Tags, ReadProduct::PERMISSION),
        (Section::Environments, ReadProduct::PERMISSION),
        (Section::ProductPeople, ReadProduct::PERMISSION),
        (Section::Groups, Permission::ProductMembersManage),
        (Section::Webhooks, Permission::WebhookManage),
        (Section::Integrations, Permission::IntegrationManage),
        (Section::Automation, ReadProduct::PERMISSION),
        (Section::Transfer, Permission::ProductExport),
        (Section::ProductLog, Permission::ProductAuditRead),
        (Section::ProductSettings, ChangePreferences::PERMISSION),
    ];
    let place = product.place();
    let shown: Vec<Section> =
        sections.into_iter().filter(|(_, permission)| may.may(*permission, &place)).map(|(section, _)| section).collect();
    NavItem::open_product(&mut frame.nav, &product.name, &product.path(), &shown, Some(here));
    frame.crumbs =
        vec![Crumb::new(&product.team_name, format!("/team/{}/products", product.team_slug)), Crumb::new(&product.name, product.path())];
    Ok(frame)
}
