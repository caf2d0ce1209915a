//! Paths as text: no file is looked at.

use std::path::{Component, Path, PathBuf};

/// Takes `.` and `name/..` out of a path; leading `..` stay.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

/// Decodes `%E4%BD%A0` of a URL. `None`: a `%` without two digits behind it,
/// or bytes that are not UTF-8.
pub(super) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidy_keeps_what_leaves_the_folder() {
        assert_eq!(tidy(Path::new("a/./b/../c.md")), Path::new("a/c.md"));
        assert_eq!(tidy(Path::new("a/../../x")), Path::new("../x"));
        assert_eq!(tidy(Path::new("../../x")), Path::new("../../x"));
    }

    #[test]
    fn percent_decode_refuses_what_is_not_text() {
        assert_eq!(percent_decode("a%20b").as_deref(), Some("a b"));
        assert_eq!(percent_decode("%E4%BD%A0").as_deref(), Some("你"));
        assert_eq!(percent_decode("%"), None);
        assert_eq!(percent_decode("%4"), None);
        assert_eq!(percent_decode("%+1"), None);
        assert_eq!(percent_decode("%ff"), None);
    }
}
