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
        Ok(askama::FastWritable::write_into(self, f, askama::NO_VALUES)?)
    }
}

impl askama::filters::HtmlSafe for Icon {}

/// A page may have hundreds of them.
impl askama::FastWritable for Icon {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        for piece in [r#"<svg class="b-i" aria-hidden="true"><use href=""#, ICONS_SVG, "#", self.0, r#""/></svg>"#] {
            to.write_str(piece)?;
        }
        Ok(())
    }
}
