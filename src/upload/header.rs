//! The line before a file.

use std::fmt;

/// The longest header, its newline not counted, in bytes.
pub const HEADER_LIMIT: usize = 1024;

/// The longest file name, in bytes: `NAME_MAX` of most file systems.
const NAME_LIMIT: usize = 255;

/// What a client announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// One component of a path: no `/`, no NUL, no control characters, not `.` or `..`.
    pub name: String,
    /// Bytes of content.
    pub size: u64,
}

/// Why a header, or the file it announces, is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Header {
    /// Reads `name|size`, without the newline.
    ///
    /// # Errors
    /// [`Refusal`] when it is malformed or the name is not safe.
    ///
    /// ```
    /// use netkit::upload::Header;
    ///
    /// let header = Header::parse("a|b 名字.txt|12".as_bytes()).unwrap();
    /// assert_eq!((header.name.as_str(), header.size), ("a|b 名字.txt", 12));
    /// assert!(Header::parse(b"../canary|1").is_err());
    /// ```
    pub fn parse(line: &[u8]) -> Result<Self, Refusal> {
        let refuse = |why: &str| Err(Refusal(why.to_string()));
        let Ok(text) = std::str::from_utf8(line) else { return refuse("the header is not UTF-8") };
        let Some((name, size)) = text.rsplit_once('|') else { return refuse("the header is name|size") };
        let is_number = (1..=20).contains(&size.len()) && size.bytes().all(|digit| digit.is_ascii_digit());
        if !is_number {
            return refuse("the size is a number of bytes, in digits");
        }
        let Ok(size) = size.parse() else { return refuse("the size is too large") };
        match name {
            "" => refuse("the name is empty"),
            "." | ".." => refuse("the name is not a file's"),
            _ if name.len() > NAME_LIMIT => refuse("the name is over 255 bytes"),
            _ if name.contains('/') => refuse("the name has a slash: files go into one folder"),
            _ if name.chars().any(char::is_control) => refuse("the name has a control character"),
            _ => Ok(Header { name: name.to_string(), size }),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}
