//! Keys of settings: what programs ask for.

use unicode_normalization::UnicodeNormalization as _;

use crate::text::Refusal;

/// The longest key.
const LONGEST: usize = 255;

/// What programs ask for a setting by. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingKey(String);

impl SettingKey {
    /// Reads a key; space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Please give a key.".into());
        }
        if text.len() > LONGEST {
            return Err(format!("A key has at most {LONGEST} characters.").into());
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte)) {
            return Err("A key has only letters a to z, digits, and _ - . : in it.".into());
        }
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return Err("A key begins with a letter, a digit or _.".into());
        }
        Ok(Self(text.to_owned()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How keys that are made of names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `newCheckout`
    Camel,
    /// `new_checkout`
    Lower,
    /// `NEW_CHECKOUT`
    Upper,
    /// `NewCheckout`
    Pascal,
    /// `new-checkout`
    Kebab,
}

impl Style {
    /// Reads the product's preference.
    pub fn parse(text: &str) -> Self {
        match text {
            "lowerCase" => Self::Lower,
            "upperCase" => Self::Upper,
            "pascalCase" => Self::Pascal,
            "kebabCase" => Self::Kebab,
            _ => Self::Camel,
        }
    }

    /// The key that a name suggests; empty if the name has no letters or digits that a key can have.
    pub fn suggest(self, name: &str) -> String {
        let plain: String = name.nfkd().filter(|c| c.is_ascii()).collect();
        let words = plain.replace('\'', "");
        let words = words.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(humps).filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
        let capital = |word: &String| word[..1].to_ascii_uppercase() + &word[1..];
        let key = match self {
            Self::Camel => words.iter().enumerate().map(|(at, word)| if at == 0 { word.clone() } else { capital(word) }).collect(),
            Self::Pascal => words.iter().map(capital).collect::<String>(),
            Self::Lower => words.join("_"),
            Self::Upper => words.join("_").to_ascii_uppercase(),
            Self::Kebab => words.join("-"),
        };
        key.chars().take(LONGEST).collect()
    }
}

/// The words of `newCheckout`.
fn humps(word: &str) -> Vec<&str> {
    let bytes = word.as_bytes();
    let mut words = vec![];
    let mut start = 0;
    for at in 1..bytes.len() {
        if bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase() {
            words.push(&word[start..at]);
            start = at;
        }
    }
    words.push(&word[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_suggest_keys_in_the_style_of_the_product() {
        let styles = [Style::Camel, Style::Lower, Style::Upper, Style::Pascal, Style::Kebab];
        let wanted = ["newCheckoutV2", "new_checkout_v2", "NEW_CHECKOUT_V2", "NewCheckoutV2", "new-checkout-v2"];
        assert_eq!(styles.map(|style| style.suggest(" New checkout (v2)! ")), wanted);
        assert_eq!(Style::Kebab.suggest("Zoë’s newCheckout"), "zoes-new-checkout");
        assert_eq!(Style::Camel.suggest("王"), "");
    }

    #[test]
    fn keys_are_what_programs_can_write() {
        for good in ["a", "isNew_2-x.y:z", "_a", &"a".repeat(255)] {
            assert!(SettingKey::parse(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "a b", "-a", "ä", "a/b", "a\"b", &"a".repeat(256)] {
            assert!(SettingKey::parse(bad).is_err(), "{bad}");
        }
    }
}
