//! The page of errata, from the chapters' own tables: what is said once is said in one place.

use anyhow::{Result, ensure};
use std::fmt::Write;

/// What a chapter's section begins with.
const HEADING: &str = "### Errata of the documents";

/// The tables of all chapters, one after the other, each below the title of its chapter. `chapters` are the file and the
/// text of each.
///
/// # Errors
/// When no chapter has such a table.
pub(super) fn page(chapters: &[(String, String)]) -> Result<String> {
    let mut text = String::new();
    for (file, chapter) in chapters {
        let Some((_, section)) = chapter.split_once(HEADING) else { continue };
        let table: Vec<&str> = section
            .lines()
            .skip_while(|line| !line.starts_with('|'))
            .take_while(|line| line.starts_with('|'))
            .collect();
        ensure!(table.len() > 2, "{file}: `{HEADING}` has no table");
        let title = chapter.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(file);
        let title = title.split(" {#").next().unwrap_or(title);
        let id = file.trim_end_matches(".md");
        write!(text, "## {title} {{#{id}}}\n\nMore in [the chapter]({file}#errata).\n\n")?;
        for line in table {
            // A link within the chapter leads there from here too.
            writeln!(text, "{}", line.replace("](#", &format!("]({file}#")))?;
        }
        text.push('\n');
    }
    ensure!(!text.is_empty(), "no chapter has `{HEADING}`");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn the_tables_of_the_chapters_are_joined() {
        let chapter = "# Lesson 1: one {#lesson1}\n\n### Errata of the documents {#errata}\n\nText.\n\n| A | B |\n|---|---|\n\
                       | x | [above](#y) |\n\nMore.\n";
        let text =
            page(&[("lesson1.md".into(), chapter.into()), ("other.md".into(), "# Other".into())]).unwrap();
        let expected = "## Lesson 1: one {#lesson1}\n\nMore in [the chapter](lesson1.md#errata).\n\n| A | B |\n|---|---|\n\
                        | x | [above](lesson1.md#y) |\n\n";
        assert_eq!(text, expected);
        assert!(page(&[]).is_err());
    }
}
