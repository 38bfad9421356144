use std::fmt;

use super::assets::{ICONS, ICONS_SVG};

/// One icon of the sprite. It says nothing to a screen reader: the word beside it does.
#[derive(Clone, Copy, Debug)]
pub struct Icon(&'static str);

/// The icon of that name in `assets/icons.txt`.
pub fn icon(name: &'static str) -> Icon {
    debug_assert!(ICONS.binary_search(&name).is_ok(), "assets/icons.txt has no \"{name}\"");
    Icon(name)
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r##"<svg class="b-i" aria-hidden="true"><use href="{ICONS_SVG}#{}"/></svg>"##, self.0)
    }
}

impl askama::filters::HtmlSafe for Icon {}
