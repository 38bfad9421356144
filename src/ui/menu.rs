/// Something a reader may do: an entry of a `…` menu or a button.
///
/// What the reader may not do is absent, so a handler gives only the actions that are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The words, with `…` at the end if a dialog asks for more.
    pub label: String,
    /// Name in `assets/icons.txt`.
    pub icon: &'static str,
    /// Where it goes.
    pub href: String,
    /// What a click does.
    pub how: How,
    /// Whether something is lost or destroyed by it.
    pub danger: bool,
    /// What the form of a [`How::Post`] carries.
    pub field: Option<(&'static str, String)>,
}

/// What a click on an [`Action`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Goes to a page.
    Link,
    /// Opens a dialog; without scripts, the page of that dialog.
    Dialog,
    /// Sends a form without fields, or with the one of the action.
    Post,
}

impl Action {
    fn new(label: impl Into<String>, icon: &'static str, href: impl Into<String>, how: How) -> Self {
        Self { label: label.into(), icon, href: href.into(), how, danger: false, field: None }
    }

    /// A link to a page.
    pub fn link(label: impl Into<String>, icon: &'static str, href: impl Into<String>) -> Self {
        Self::new(label, icon, href, How::Link)
    }

    /// Opens a dialog.
    pub fn dialog(label: impl Into<String>, icon: &'static str, href: impl Into<String>) -> Self {
        Self::new(label, icon, href, How::Dialog)
    }

    /// Posts to an address.
    pub fn post(label: impl Into<String>, icon: &'static str, href: impl Into<String>) -> Self {
        Self::new(label, icon, href, How::Post)
    }

    /// The same action, with a field in the form that it sends.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.field = Some((name, value.into()));
        self
    }

    /// The same action, in red: something is lost or destroyed by it.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// As a menu shows them: what is harmless first, then what is not. Empty groups are left out.
    pub fn groups(actions: &[Self]) -> Vec<Vec<&Self>> {
        let (danger, harmless): (Vec<_>, Vec<_>) = actions.iter().partition(|action| action.danger);
        [harmless, danger].into_iter().filter(|group| !group.is_empty()).collect()
    }
}
