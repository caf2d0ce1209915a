//! Two languages for what a program says about itself.

use std::env;
use std::fmt::Display;

use clap::ValueEnum;

/// The language a program speaks. Wire bytes and event lines never change with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese (简体中文).
    Zh,
}

impl Lang {
    /// The language of the environment: `LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is set.
    pub fn of_environment() -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| env::var(name).ok())
            .find(|value| !value.is_empty());
        match set {
            Some(value) if value.starts_with("zh") => Lang::Zh,
            _ => Lang::En,
        }
    }

    /// The name that `--lang` takes.
    pub fn name(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }
}

/// One message in both languages, with `{name}` where a value goes.
///
/// ```
/// use netkit::cli::{Lang, Text};
///
/// const SENT: Text = Text::new("sent {n} bytes", "发送了 {n} 字节");
/// assert_eq!(SENT.fill(Lang::En, &[("n", &18)]), "sent 18 bytes");
/// assert_eq!(SENT.fill(Lang::Zh, &[("n", &18)]), "发送了 18 字节");
/// ```
///
/// Python: `gettext` with `%(name)s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// The English message.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

impl Text {
    /// A message in both languages.
    pub const fn new(en: &'static str, zh: &'static str) -> Self {
        Text { en, zh }
    }

    /// The message in `lang`, still with its `{name}`s.
    pub fn get(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }

    /// The message in `lang` with each `{name}` replaced by its value.
    ///
    /// A value is put in as it is: a `{name}` inside a value is not replaced again.
    pub fn fill(&self, lang: Lang, values: &[(&str, &dyn Display)]) -> String {
        let mut filled = String::new();
        let mut rest = self.get(lang);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                filled.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => filled.push_str(&value.to_string()),
                None => filled.push_str(&format!("{{{name}}}")),
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }
}
