/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is still to be sent.
    Waiting,
    /// The mail server, or the mail folder, took it.
    Sent,
    /// It was given up, with the reason.
    Failed(String),
    /// There is none: it is shown in the account only.
    Page,
}
