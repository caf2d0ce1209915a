//! Bytes as people can read them: escaped, shortened, and two of them side by side with a mark under the first difference.

/// How many characters of a long string are shown.
const SHOWN: usize = 60;

/// One character as it is printed, and the bytes it stands for.
struct Cell {
    text: String,
    start: usize,
}

/// The text of `bytes` with everything dangerous escaped, as the lessons print what a peer said:
/// `\n`, `\r`, `\t`, `\\`; other control characters and what is not UTF-8 as `\xNN`.
#[must_use]
pub fn escape(bytes: &[u8]) -> String {
    cells(bytes, true).into_iter().map(|cell| cell.text).collect()
}

/// `bytes` for a message: quoted, cut in the middle of nowhere when long, with their number. Among bytes that are no text
/// some look like letters all the same, of any script and direction: there only ASCII is shown as it is.
#[must_use]
pub fn show(bytes: &[u8]) -> String {
    show_around(bytes, 0).0
}

/// The first position at which the two differ; the end of the shorter one counts.
#[must_use]
pub fn first_difference(one: &[u8], two: &[u8]) -> Option<usize> {
    let common = one.iter().zip(two).take_while(|(a, b)| a == b).count();
    (common < one.len().max(two.len())).then_some(common)
}

/// `bytes` as [`show`] does it, with position `at` in view; and the column on which that position is printed.
pub(crate) fn show_around(bytes: &[u8], at: usize) -> (String, usize) {
    // Only the neighbourhood is turned into cells: the string may have 200 MB. A cell has at most four bytes.
    let from = at.saturating_sub(SHOWN * 4);
    let from = (from..at).find(|&i| bytes.get(i).is_none_or(|byte| byte & 0xC0 != 0x80)).unwrap_or(from);
    let near = &bytes[from.min(bytes.len())..bytes.len().min(at + SHOWN * 4)];
    // Text that was cut has up to three bytes of half a character at each end.
    let is_text = near.utf8_chunks().map(|chunk| chunk.invalid().len()).sum::<usize>() <= 6;
    let cells = cells(near, is_text);

    let marked = cells.iter().rposition(|cell| from + cell.start <= at).unwrap_or(0);
    let marked = if at >= bytes.len() { cells.len() } else { marked };
    let first = marked.saturating_sub(SHOWN / 2);
    let last = cells.len().min(first + SHOWN);

    let cut_front = from > 0 || first > 0;
    let cut_back = last < cells.len() || from + near.len() < bytes.len();
    let mut text = String::from(if cut_front { "…\"" } else { "\"" });
    let mut column = 0;
    for (index, cell) in cells.iter().enumerate().take(last).skip(first) {
        if index == marked {
            column = width(&text);
        }
        text.push_str(&cell.text);
    }
    if marked >= last {
        column = width(&text);
    }
    text.push_str(if cut_back { "\"…" } else { "\"" });
    let unit = if bytes.len() == 1 { "byte" } else { "bytes" };
    (format!("{text} ({} {unit})", bytes.len()), column)
}

fn cells(bytes: &[u8], is_text: bool) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut start = 0;
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if !is_text && !character.is_ascii() {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    cells.push(Cell { text: format!("\\x{byte:02x}"), start });
                    start += 1;
                }
                continue;
            }
            cells.push(Cell { text: escape_character(character), start });
            start += character.len_utf8();
        }
        for byte in chunk.invalid() {
            cells.push(Cell { text: format!("\\x{byte:02x}"), start });
            start += 1;
        }
    }
    cells
}

fn escape_character(character: char) -> String {
    match character {
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        '\t' => "\\t".into(),
        '\\' => "\\\\".into(),
        control if control.is_control() => {
            let mut buffer = [0; 4];
            control.encode_utf8(&mut buffer).bytes().map(|byte| format!("\\x{byte:02x}")).collect()
        }
        other => other.into(),
    }
}

/// The columns a terminal uses for `text`: Chinese characters take two, which a caret below them must know.
fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}')
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::{escape, first_difference, show, show_around};

    #[test]
    fn dangerous_bytes_are_escaped_and_chinese_is_not() {
        assert_eq!(escape("你\n\r\t\\".as_bytes()), "你\\n\\r\\t\\\\");
        assert_eq!(escape(b"\x1b[2J\xff\x00a"), "\\x1b[2J\\xff\\x00a");
    }

    #[test]
    fn in_bytes_that_are_no_text_only_ascii_is_shown() {
        let random = b"\xff\xfe\xfd\xfc\xfb\xfa\xf9a\xdf\xac";
        assert_eq!(show(random), "\"\\xff\\xfe\\xfd\\xfc\\xfb\\xfa\\xf9a\\xdf\\xac\" (10 bytes)");
        assert_eq!(show(&"你好".as_bytes()[1..5]), "\"\\xbd\\xa0\\xe5\\xa5\" (4 bytes)");
        // What a lesson prints follows the same rule for every byte.
        assert_eq!(escape(random), "\\xff\\xfe\\xfd\\xfc\\xfb\\xfa\\xf9a\u{7ec}");
    }

    #[test]
    fn a_long_string_is_shortened_around_the_difference() {
        let mut long = vec![b'a'; 1_000_000];
        long[500_000] = b'b';
        let (text, column) = show_around(&long, 500_000);
        assert!(text.len() < 120 && text.ends_with("(1000000 bytes)"), "{text}");
        assert_eq!(text.chars().nth(column), Some('b'));
        assert_eq!(show(b"a"), "\"a\" (1 byte)");
    }

    #[test]
    fn the_mark_stands_under_the_first_difference() {
        let (got, wanted) = ("你好X".as_bytes(), "你好,".as_bytes());
        let at = first_difference(got, wanted).unwrap();
        assert_eq!((at, show_around(got, at).1), (6, 5));
        // One string ends where the other goes on: the mark stands behind its last character.
        assert_eq!(first_difference(b"ab", b"abc"), Some(2));
        assert_eq!(show_around(b"ab", 2).1, 3);
        assert_eq!(first_difference(b"ab", b"ab"), None);
    }
}
