//! What is asked about the instance.

use super::SentMail;
use crate::authz::{Platform, permits};

permits! {
    /// See how the instance is.
    ReadAdministration: PlatformRead on Platform;
    /// Change the instance's settings. Whether everybody may create teams is one of them.
    ChangeSettings: PlatformSettings on Platform, changes grants;
    /// See a mail.
    ReadMail: PlatformRead on SentMail;
    /// Send a mail again.
    SendMailAgain: MailSendAgain on SentMail;
}
