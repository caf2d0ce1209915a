//! Columns that hold Chinese too.

/// `text` followed by spaces up to `width` columns of a terminal.
///
/// Chinese, Japanese and Korean characters take two columns each; `{:width$}` counts them as one.
///
/// ```
/// use netkit::cli::pad;
///
/// assert_eq!(pad("你好", 6), "你好  ");
/// assert_eq!(pad("hello", 6), "hello ");
/// ```
pub fn pad(text: &str, width: usize) -> String {
    let columns: usize = text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum();
    let spaces = width.saturating_sub(columns);
    format!("{text}{:spaces$}", "")
}

/// Whether a terminal gives it two columns: the blocks of Unicode's East Asian Width that matter here.
fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}')
}
