use std::collections::BTreeMap;

/// What was typed into a form, and what is wrong with it, by field name.
///
/// A form that is refused is shown again with everything kept. Passwords are never put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What each field holds.
    pub values: BTreeMap<String, String>,
    /// What is wrong with a field and how to put it right. The empty name is the form as a whole.
    pub errors: BTreeMap<String, String>,
}

impl Form {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same form with a field filled.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<String>) -> Self {
        self.values.insert(field.to_owned(), value.into());
        self
    }

    /// The same form with an error at a field; `""` for the whole form.
    #[must_use]
    pub fn wrong(mut self, field: &str, message: impl Into<String>) -> Self {
        self.errors.insert(field.to_owned(), message.into());
        self
    }

    /// What the field holds, or nothing.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// What is wrong with the field.
    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.get(field).map(String::as_str)
    }

    /// Whether a choice is the chosen one.
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.value(field) == value
    }

    /// Whether a switch is on.
    pub fn on(&self, field: &str) -> bool {
        matches!(self.value(field), "on" | "true" | "1")
    }

    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }
}

/// One of several things to choose, in a list or as a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// One sentence that explains it; may be empty.
    pub hint: String,
}

impl Choice {
    /// A choice without an explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// The same choice, explained.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}
