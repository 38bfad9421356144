//! What a text looks like to a reader: which of its characters show nothing or hide others, and what it can be mistaken for. Decided by the
//! properties that Unicode gives to characters, not by lists of our own.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiControl, CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, ExtendedPictographic, GeneralCategory,
        GeneralCategoryGroup, Ideographic, JoiningType, VariationSelector,
    },
};
use unicode_normalization::UnicodeNormalization as _;

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// So many nonspacing marks may follow each other: UTS #39, section 5.4. More of them cover the lines above and below.
const MARKS: usize = 4;

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(category(c))
}

/// Whether a character has no place in any text: control characters (but line breaks and tabs are for the caller to judge), what turns the
/// direction of writing, and what ends a line or a paragraph without looking like it.
pub(super) fn is_control(c: char) -> bool {
    matches!(category(c), GeneralCategory::Control | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator)
        || CodePointSetData::new::<BidiControl>().contains(c)
}

/// Whether a character shows nothing by itself: format characters and all others that programs may leave out when they show a text.
fn is_ignorable(c: char) -> bool {
    category(c) == GeneralCategory::Format || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether a character changes how others are shown, and is needed for that: joiners and variation selectors.
fn is_shaping(c: char) -> bool {
    matches!(c, ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER) || CodePointSetData::new::<VariationSelector>().contains(c)
}

/// Whether there is a character that hides, wherever it stands.
pub(super) fn hides_something(text: &str) -> bool {
    text.chars().any(|c| is_ignorable(c) && !is_shaping(c))
}

/// Whether there is ink: a letter, a digit, punctuation or a symbol.
pub(super) fn shows_something(text: &str) -> bool {
    // The one symbol without ink: a Braille cell without dots.
    let blank = |c: char| c == '\u{2800}' || is_ignorable(c);
    let ink = |c: char| match category(c) {
        GeneralCategory::Unassigned | GeneralCategory::Surrogate | GeneralCategory::PrivateUse => false,
        other => {
            let groups = [
                GeneralCategoryGroup::Letter,
                GeneralCategoryGroup::Number,
                GeneralCategoryGroup::Punctuation,
                GeneralCategoryGroup::Symbol,
            ];
            groups.iter().any(|group| group.contains(other))
        }
    };
    text.chars().any(|c| ink(c) && !blank(c))
}

/// Whether every mark, joiner and variation selector stands where it means something, so that no two texts differ in nothing that is seen.
pub(super) fn is_well_shaped(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let mut marks = 0;
    for (at, c) in chars.iter().copied().enumerate() {
        let (before, after) = (&chars[..at], &chars[at + 1..]);
        let fits = match c {
            ZERO_WIDTH_JOINER => joins_emoji(before, after) || follows_virama(before),
            ZERO_WIDTH_NON_JOINER => follows_virama(before) || parts_letters(before, after),
            c if CodePointSetData::new::<VariationSelector>().contains(c) => before.last().is_some_and(|last| has_variations(*last)),
            c if is_mark(c) => before.last().is_some_and(|last| !last.is_whitespace()),
            _ => true,
        };
        marks = if category(c) == GeneralCategory::NonspacingMark && !is_shaping(c) { marks + 1 } else { 0 };
        if !fits || marks > MARKS {
            return false;
        }
    }
    true
}

/// Emoji have a form as text and one as a picture, ideographs have forms by which people write their names.
fn has_variations(c: char) -> bool {
    CodePointSetData::new::<Emoji>().contains(c) || CodePointSetData::new::<Ideographic>().contains(c)
}

/// RFC 5892, appendices A.1 and A.2: in the scripts of India, a joiner behind a virama chooses between two forms.
fn follows_virama(before: &[char]) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new();
    before.last().is_some_and(|last| class.get(*last) == CanonicalCombiningClass::Virama)
}

/// RFC 5892, appendix A.1: in cursive scripts, a non-joiner keeps two letters apart that would join.
fn parts_letters(before: &[char], after: &[char]) -> bool {
    let kind = CodePointMapData::<JoiningType>::new();
    let opaque = |c: &char| kind.get(*c) != JoiningType::Transparent;
    let left = before.iter().copied().rev().find(opaque).map(|c| kind.get(c));
    let right = after.iter().copied().find(opaque).map(|c| kind.get(c));
    matches!(left, Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(right, Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

/// UTS #51: an emoji of several, such as a family.
fn joins_emoji(before: &[char], after: &[char]) -> bool {
    let pictures = CodePointSetData::new::<ExtendedPictographic>();
    // A skin colour or a variation selector may stand behind the first one.
    let modifier = |c: &char| is_shaping(*c) || ('\u{1F3FB}'..='\u{1F3FF}').contains(c);
    let first = before.iter().rev().find(|c| !modifier(c));
    first.is_some_and(|c| pictures.contains(*c)) && after.first().is_some_and(|c| pictures.contains(*c))
}

/// Whether two names can be mistaken for each other: they are the same without regard to case and width of spaces, or the skeletons of UTS #39
/// (section 4) are the same and not both are plain ASCII. In our fonts `1` and `l` look different, and programs make names such as `x1` and `xl`.
pub(super) fn are_confusable(one: &str, other: &str) -> bool {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (one, other) = (spaced(one), spaced(other));
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(&other);
    }
    let skeleton = |text: &str| unicode_security::skeleton(text).collect::<String>().to_lowercase();
    let lower = |text: &str| text.nfkc().collect::<String>().to_lowercase();
    let (lower_one, lower_other) = (lower(&one), lower(&other));
    // Lookalikes differ by case: the Cyrillic Н looks like H, and н like no h.
    lower_one == lower_other || skeleton(&one) == skeleton(&other) || skeleton(&lower_one) == skeleton(&lower_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_nothing() {
        for nothing in
            ["\u{200B}", "\u{2060}\u{FEFF}", "\u{3164}", "\u{115F}", "\u{2800}", "\u{00AD}", "\u{FE0F}", "\u{E0020}", "\u{301}", "\u{A0}"]
        {
            assert!(!shows_something(nothing), "{nothing:?}");
        }
        for something in ["a", "王", "7", "-", "🚀", "ம", "\u{600}1"] {
            assert!(shows_something(something), "{something:?}");
        }
    }

    #[test]
    fn joiners_stand_where_scripts_need_them() {
        for right in [
            "👩\u{200D}💻",
            "👩🏽\u{200D}🚀",
            "❤\u{FE0F}",
            "1\u{FE0F}\u{20E3}",
            "क्\u{200D}ष",
            "می\u{200C}خواهم",
            "e\u{301}",
            "Việt",
            "葛\u{E0100}城",
        ] {
            assert!(is_well_shaped(right), "{right:?}");
        }
        for wrong in
            ["a\u{200D}b", "a\u{200C}b", "a\u{FE0F}", "\u{301}a", "a \u{301}", "e\u{301}\u{301}\u{301}\u{301}\u{301}", "👩\u{200D}"]
        {
            assert!(!is_well_shaped(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn lookalikes_are_found_across_scripts_and_cases() {
        for (one, other) in [
            ("Production", "production"),
            ("Production", "Рroduction"),
            ("TIM", "TІM"),
            ("HOME", "НOME"),
            ("Test 1", "Test\u{A0}1"),
            ("Test", "Ｔｅｓｔ"),
            ("Straße", "Stra\u{3B2}e"),
        ] {
            assert!(are_confusable(one, other) && are_confusable(other, one), "{one} {other}");
        }
        for (one, other) in [("x1", "xl"), ("modern", "modem"), ("Test", "Prod"), ("Bär", "Bar"), ("東京", "京都")] {
            assert!(!are_confusable(one, other), "{one} {other}");
        }
    }
}
