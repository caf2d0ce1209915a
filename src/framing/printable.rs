//! Any bytes as text that is safe to print.

use std::fmt::Write;

/// Shows `bytes` as one line of text: UTF-8 stays readable, everything else is escaped.
///
/// - Valid UTF-8 (Chinese too) is kept as it is.
/// - `\n`, `\r`, `\t` and `\` become `\n`, `\r`, `\t`, `\\`.
/// - Other control characters and bytes that are not UTF-8 become `\xNN`, one for each byte,
///   so that a peer cannot move the cursor or colour the terminal of whoever watches.
///
/// ```
/// use netkit::framing::printable;
///
/// assert_eq!(printable("你好\r\n".as_bytes()), "你好\\r\\n");
/// assert_eq!(printable(b"\x1b[2J\xff"), "\\x1b[2J\\xff");
/// ```
///
/// Python: `data.decode("utf-8", "backslashreplace")`, which leaves control characters in.
pub fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                '\\' => text.push_str("\\\\"),
                _ if letter.is_control() => {
                    let mut utf8 = [0; 4];
                    push_hex(&mut text, letter.encode_utf8(&mut utf8).as_bytes());
                }
                _ => text.push(letter),
            }
        }
        push_hex(&mut text, chunk.invalid());
    }
    text
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "\\x{byte:02x}");
    }
}
