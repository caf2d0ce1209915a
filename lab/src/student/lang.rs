//! Two languages for what the tool says about itself. What a check found is told in English, as bytes and names are.

use std::env;
use std::fmt::Display;

use clap::ValueEnum;

/// The language that the tool speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese (简体中文).
    Zh,
}

impl Lang {
    /// The language of the environment: `LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is set.
    pub fn of_environment() -> Lang {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| env::var(name).ok())
            .find(|value| !value.is_empty());
        match set {
            Some(value) if value.starts_with("zh") => Lang::Zh,
            _ => Lang::En,
        }
    }

    /// The language that `--lang` asks for, found before the command line is parsed: `--help` needs it.
    pub fn asked_for(words: &[String]) -> Option<Lang> {
        // What stands behind `--` belongs to somebody else.
        let own = words.split(|word| word == "--").next().unwrap_or_default();
        let value = own.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
            Some(("--lang", value)) => Some(value),
            _ if word == "--lang" => own.get(at + 1).map(String::as_str),
            _ => None,
        })?;
        Lang::from_str(value, true).ok()
    }

    /// Its name as `--lang` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// The one of two texts that is in this language: English stands first.
    pub fn of<T: Copy>(self, both: [T; 2]) -> T {
        both[self as usize]
    }
}

/// One message in both languages, with `{name}` where a value goes.
#[derive(Debug, Clone, Copy)]
pub struct Text([&'static str; 2]);

impl Text {
    /// A message, English first.
    pub const fn new(english: &'static str, chinese: &'static str) -> Text {
        Text([english, chinese])
    }

    /// The message as it is.
    pub fn get(self, lang: Lang) -> &'static str {
        lang.of(self.0)
    }

    /// The message with each `{name}` replaced by its value. What a value contains is not looked at.
    pub fn fill(self, lang: Lang, values: &[(&str, &dyn Display)]) -> String {
        let mut filled = String::new();
        let mut rest = self.get(lang);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => filled.push_str(&value.to_string()),
                None => filled.push_str(&format!("{{{name}}}")),
            }
            rest = tail;
        }
        filled + rest
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Text};

    #[test]
    fn values_are_filled_in_and_left_alone() {
        let text = Text::new("{a} of {b}", "{b} 的 {a}");
        assert_eq!(text.fill(Lang::En, &[("a", &"{b}"), ("b", &2)]), "{b} of 2");
        assert_eq!(text.fill(Lang::Zh, &[("a", &1)]), "{b} 的 1");
    }

    #[test]
    fn the_option_is_found_before_the_command_of_somebody_else() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(Lang::asked_for(&words("lab list --lang zh")), Some(Lang::Zh));
        assert_eq!(Lang::asked_for(&words("lab --lang=en list")), Some(Lang::En));
        assert_eq!(Lang::asked_for(&words("lab check greet -- x --lang zh")), None);
    }
}
