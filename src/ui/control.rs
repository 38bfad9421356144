//! Texts in the controls of forms, which cannot hold every text: a line of input has no line breaks, a text area has one kind of them, and
//! space around a text is easily typed and never seen. What a control cannot hold stands there as the picture that Unicode has for it.
//!
//! `␊` is a line feed, `␍` a carriage return, `␠` a space, `␉` a tab; `␛` before one of these pictures means the picture itself. So what is shown
//! and sent back untouched is what it was.

/// Where a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// In one line: an input, or one line of a text area that holds a list.
    Line,
    /// In one line, where space around it is taken for a slip.
    Trimmed,
    /// In a text area.
    Area,
}

const ESCAPE: char = '␛';

/// What a picture stands for.
fn pictured(picture: char) -> Option<char> {
    Some(match picture {
        '␊' => '\n',
        '␍' => '\r',
        '␠' => ' ',
        '␉' => '\t',
        _ => return None,
    })
}

impl Control {
    /// A text as the control shows it.
    pub fn show(self, text: &str) -> String {
        let inner = match self {
            Self::Trimmed => text.trim_matches([' ', '\t']),
            Self::Line | Self::Area => text,
        };
        // Nothing but space is all at the beginning.
        let start = if inner.is_empty() { text.len() } else { text.find(inner).unwrap_or_default() };
        let end = start + inner.len();
        let mut shown = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            match c {
                '\r' => shown.push('␍'),
                '\n' if self != Self::Area => shown.push('␊'),
                ' ' if at < start || at >= end => shown.push('␠'),
                '\t' if at < start || at >= end => shown.push('␉'),
                c if c == ESCAPE || pictured(c).is_some() => shown.extend([ESCAPE, c]),
                c => shown.push(c),
            }
        }
        shown
    }

    /// What a control that was sent holds. A form sends the line breaks of a text area as CR and LF.
    pub fn read(self, sent: &str) -> String {
        let sent = match self {
            Self::Trimmed => sent.trim_matches([' ', '\t']),
            Self::Line => sent,
            Self::Area => &*sent.replace("\r\n", "\n"),
        };
        let mut read = String::with_capacity(sent.len());
        let mut chars = sent.chars();
        while let Some(c) = chars.next() {
            match c {
                ESCAPE => read.push(chars.next().unwrap_or(ESCAPE)),
                c => read.push(pictured(c).unwrap_or(c)),
            }
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_control_cannot_hold_is_shown_and_read_again() {
        for text in ["", "a b", "a\nb", "\r\na\r", " a\t", "   ", "␊␛␍ and ␠", "␛", "\n\n", "\u{A0}x"] {
            for control in [Control::Line, Control::Trimmed, Control::Area] {
                let shown = control.show(text);
                assert_eq!(control.read(&shown), text, "{control:?} {shown:?}");
                // What a browser does with the value of a control.
                assert!(!shown.contains('\r') && (control == Control::Area || !shown.contains('\n')), "{shown:?}");
            }
        }
        assert_eq!(Control::Area.show("plain\ntext"), "plain\ntext");
        assert_eq!(Control::Area.read("a\r\nb"), "a\nb");
        assert_eq!(Control::Trimmed.read(" Email "), "Email");
    }
}
