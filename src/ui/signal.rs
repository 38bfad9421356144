use std::fmt;

/// A team's mark: a small flag in two colours, drawn from the team's id alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    pattern: usize,
    colours: usize,
}

/// What lies over the ground, on a square of 24: the flag stays legible at 18 px.
const PATTERNS: [&str; 12] = [
    "M0 0h12v12H0zM12 12h12v12H12z",
    "M12 0h12v24H12z",
    "M0 0h24v12H0z",
    "M0 24V0h24z",
    "M8 8h8v8H8z",
    "M9 0h6v9h9v6h-9v9H9v-9H0V9h9z",
    "M0 8h24v8H0z",
    "M8 0h8v24H8z",
    "M0 0h6l6 6 6-6h6v6l-6 6 6 6v6h-6l-6-6-6 6H0v-6l6-6-6-6z",
    "M0 0l24 12L0 24z",
    "M12 2l10 10-10 10L2 12z",
    "M0 0h24v24H0zM6 6v12h12V6z",
];

/// Ground and pattern. No red: in these pages red is a signal.
const COLOURS: [(&str, &str); 10] = [
    ("navy", "yellow"),
    ("blue", "white"),
    ("yellow", "navy"),
    ("white", "blue"),
    ("navy", "white"),
    ("green", "white"),
    ("violet", "white"),
    ("white", "navy"),
    ("green", "yellow"),
    ("slate", "white"),
];

impl Signal {
    /// The flag of the team with that id.
    pub fn of(id: &str) -> Self {
        let seed = mix(id) as usize;
        Self { pattern: seed % PATTERNS.len(), colours: seed / 64 % COLOURS.len() }
    }
}

/// What the colours of a drawing that stands alone are.
const INKS: [(&str, &str); 7] = [
    ("navy", "#16345f"),
    ("yellow", "#f0b400"),
    ("blue", "#1f66b5"),
    ("white", "#ffffff"),
    ("green", "#2a7a50"),
    ("violet", "#6b4fa8"),
    ("slate", "#5b6678"),
];

impl Signal {
    /// The same flag as an image of its own, for readers of the API.
    pub fn image(self) -> String {
        let ink = |name: &str| INKS.iter().find(|(found, _)| *found == name).map_or("#5b6678", |(_, ink)| *ink);
        let (ground, over) = COLOURS[self.colours];
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="{}" d="M0 0h24v24H0z"/><path fill="{}" fill-rule="evenodd" d="{}"/></svg>"#,
            ink(ground),
            ink(over),
            PATTERNS[self.pattern]
        )
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ground, over) = COLOURS[self.colours];
        let pattern = PATTERNS[self.pattern];
        write!(
            f,
            r#"<svg class="b-signal" viewBox="0 0 24 24" aria-hidden="true"><path class="b-sg-{ground}" d="M0 0h24v24H0z"/><path class="b-sg-{over}" fill-rule="evenodd" d="{pattern}"/></svg>"#
        )
    }
}

impl askama::filters::HtmlSafe for Signal {}

/// Spreads ids over few choices. FNV-1a, then a finisher, because similar ids differ in their last bytes only.
pub(super) fn mix(id: &str) -> u64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16
}
