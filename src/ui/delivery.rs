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

impl Delivery {
    /// From how a mail stands (`waiting`, `sent`, `failed`, `not-wanted`; none where no mail was to be sent) and why it last failed.
    pub fn of(state: Option<&str>, error: Option<&str>) -> Self {
        match (state, error) {
            (None, _) => Self::Page,
            (Some("sent"), _) => Self::Sent,
            (Some("failed"), error) => Self::Failed(error.unwrap_or("the mail server did not say why").to_owned()),
            (Some("not-wanted"), _) => Self::Failed("what it was about was gone before it was sent".into()),
            (Some(_), Some(error)) => Self::Failed(format!("{error}. It will be tried again")),
            (Some(_), None) => Self::Waiting,
        }
    }
}
