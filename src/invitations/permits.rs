//! What is asked about invitations.

use super::Invitation;
use crate::{authz::permits, products::Product, teams::Team};

permits! {
    /// See and send invitations to a team.
    InvitePeople: TeamMemberInvite on Team;
    /// Send an invitation again, or revoke it.
    ManageInvitation: InvitationManage on Invitation;
    /// See the invitations to a team’s products: all of them, or those to products in which one manages the members.
    SeeOffers: TeamProductList on Team;
    /// See and send invitations to a product.
    InviteToProduct: ProductMembersManage on Product;
    /// Send an invitation to a product again, change its permission group, or revoke it.
    ManageProductInvitation: ProductInvitationManage on Invitation;
    /// Accept an invitation to oneself.
    AcceptInvitation: InvitationAnswer on Invitation, changes grants;
    /// Decline an invitation to oneself.
    DeclineInvitation: InvitationAnswer on Invitation;
    /// Make the secret of its link; decline by the link.
    ServeInvitation: SystemInvitation on Invitation, public;
    /// Accept an invitation by an account that was just made through its link.
    AcceptByLink: SystemInvitation on Invitation, changes grants, public;
}
