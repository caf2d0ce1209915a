//! A table of numbers, from the file that a benchmark wrote: nobody types a number.

use crate::workspace;
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write;
use std::fs;

/// The table of `benches/results/SUBJECT.csv` in Markdown, with the machine and the command.
///
/// # Errors
/// When there is no such file, or a line of it is not as a benchmark writes it.
pub(super) fn table(subject: &str) -> Result<String> {
    let file = workspace::root().join("benches/results").join(subject).with_extension("csv");
    let csv = fs::read_to_string(&file)
        .with_context(|| format!("`bench {subject}`: cannot read {}", file.display()))?;
    from_csv(subject, &csv).with_context(|| format!("`bench {subject}`: {}", file.display()))
}

fn from_csv(subject: &str, csv: &str) -> Result<String> {
    let mut lines = csv.lines();
    let mut remark = || lines.next().and_then(|line| line.strip_prefix("# ")).context("a remark is missing");
    let machine = remark()?;
    let unit = remark()?.strip_prefix("cost: ").context("the unit is missing")?;
    ensure!(lines.next().is_some_and(|heads| heads.starts_with("case,contender,rounds,")), "other columns");
    let mut text = format!(
        "Recorded on {machine}, with `cargo xtask bench {subject}`. The ratio compares with the first line; behind it, its \
         range over the rounds.\n\n| | | rounds | {unit} | ratio |\n|---|---|---:|---:|---:|\n"
    );
    for line in lines {
        let cells = cells(line);
        let [case, contender, rounds, _, cost, ratio, least, most] = &cells[..] else { bail!("`{line}`") };
        let number = |cell: &str| cell.parse::<f64>().with_context(|| format!("`{cell}` in `{line}`"));
        write!(text, "| {case} | {contender} | {rounds} | {:.2} | ", number(cost)?)?;
        if !ratio.is_empty() {
            write!(text, "{:.2} ({:.2}–{:.2})", number(ratio)?, number(least)?, number(most)?)?;
        }
        text += " |\n";
    }
    Ok(text)
}

/// The cells of a line of a CSV file (RFC 4180).
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for char in line.chars() {
        match char {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            char => cells.last_mut().into_iter().for_each(|cell| cell.push(char)),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::from_csv;

    #[test]
    fn numbers_come_from_the_file() {
        let csv = "# machine\n# cost: µs\ncase,contender,rounds,rate_per_s,cost,ratio,ratio_min,ratio_max\n\
                   \"a, b\",mio,5,10.00,2.0000,1.0000,1.0000,1.0000\nc,ours,5,9.00,2.2000,1.1000,1.0500,1.2000\n";
        let table = from_csv("x", csv).unwrap();
        assert!(table.contains("Recorded on machine, with `cargo xtask bench x`."), "{table}");
        assert!(table.contains("| a, b | mio | 5 | 2.00 | 1.00 (1.00–1.00) |\n"), "{table}");
        assert!(table.contains("| c | ours | 5 | 2.20 | 1.10 (1.05–1.20) |\n"), "{table}");
        assert!(from_csv("x", &csv.replace("2.2000", "two")).is_err());
    }
}
