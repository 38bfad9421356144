/// Why somebody may or may not do something, as `ui/templates/why.html` shows it.
pub struct Why {
    /// "May Kim delete a snapshot?"
    pub question: String,
    /// The answer.
    pub allowed: bool,
    /// Key of the permission.
    pub permission: String,
    /// The reasons in order; the first that does not hold is the last.
    pub steps: Vec<WhyStep>,
    /// What would change the answer.
    pub change: Option<String>,
    /// Address without the question.
    pub close: String,
}

/// One reason.
pub struct WhyStep {
    /// Whether it holds.
    pub holds: bool,
    /// "Kim is in Harbor Works".
    pub what: String,
    /// "as Member, since 3 March 2026".
    pub fact: String,
}
