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
    let table = if csv.contains(WAITS) { of_waits(&csv) } else { from_csv(subject, &csv) };
    table.with_context(|| format!("`bench {subject}`: {}", file.display()))
}

/// The columns that lesson 5's `compare` writes. It has no contenders, but mechanisms and descriptors.
const WAITS: &str = "\ncase,mechanism,descriptors,microseconds_of_cpu_per_wait\n";

/// One line for each number of descriptors, one column for each mechanism.
fn of_waits(csv: &str) -> Result<String> {
    const MECHANISMS: [&str; 3] = ["select", "poll", "epoll"];
    let (machine, lines) = csv.split_once(WAITS).context("other columns")?;
    let machine = machine.strip_prefix("# ").context("a remark is missing")?;
    let mut rows: Vec<([String; 2], [String; 3])> = Vec::new();
    for line in lines.lines() {
        let cells = cells(line);
        let [case, mechanism, descriptors, cost] = &cells[..] else { bail!("`{line}`") };
        let column =
            MECHANISMS.iter().position(|known| known == mechanism).with_context(|| line.to_string())?;
        let cost: f64 = cost.parse().with_context(|| format!("`{cost}` in `{line}`"))?;
        let head = [case.clone(), descriptors.clone()];
        let at = rows.iter().position(|(known, _)| *known == head).unwrap_or_else(|| {
            rows.push((head, Default::default()));
            rows.len() - 1
        });
        rows[at].1[column] = format!("{cost:.1}");
    }
    let mut text = format!(
        "Recorded on {machine}, with `cargo xtask bench idle`, in µs of CPU for one wait. An empty cell: select ends before it.\n\n\
         | | descriptors | select | poll | epoll |\n|---|---:|---:|---:|---:|\n"
    );
    for ([case, descriptors], [select, poll, epoll]) in rows {
        let case = if case == "idle" { "none is ready" } else { "all are ready" };
        writeln!(text, "| {case} | {descriptors} | {select} | {poll} | {epoll} |")?;
    }
    Ok(text)
}

fn from_csv(subject: &str, csv: &str) -> Result<String> {
    let mut lines = csv.lines();
    let mut remark = || lines.next().and_then(|line| line.strip_prefix("# ")).context("a remark is missing");
    let machine = remark()?;
    let unit = remark()?.strip_prefix("cost: ").context("the unit is missing")?;
    ensure!(lines.next().is_some_and(|heads| heads.starts_with("case,contender,rounds,")), "other columns");
    let mut table = format!("| | | {unit} | ratio |\n|---|---|---:|---:|\n");
    let (mut fewest, mut most_rounds) = (u32::MAX, 0);
    for line in lines {
        let cells = cells(line);
        let [case, contender, rounds, _, cost, ratio, least, most] = &cells[..] else { bail!("`{line}`") };
        let rounds = rounds.parse().with_context(|| format!("`{rounds}` in `{line}`"))?;
        (fewest, most_rounds) = (fewest.min(rounds), most_rounds.max(rounds));
        let number = |cell: &str| cell.parse().map(short).with_context(|| format!("`{cell}` in `{line}`"));
        write!(table, "| {case} | {contender} | {} | ", number(cost)?)?;
        if !ratio.is_empty() {
            write!(table, "{} ({}–{})", number(ratio)?, number(least)?, number(most)?)?;
        }
        table += " |\n";
    }
    let rounds = if fewest < most_rounds { format!("{fewest} to {most_rounds}") } else { fewest.to_string() };
    Ok(format!(
        "Recorded on {machine}, with `cargo xtask bench {subject}`: medians of {rounds} rounds. The ratio compares with the first \
         line of each case; behind it, its range over the rounds.\n\n{table}"
    ))
}

/// A number with two places, or four for a small one.
fn short(number: f64) -> String {
    if number < 0.1 { format!("{number:.4}") } else { format!("{number:.2}") }
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
    use super::{WAITS, from_csv, of_waits};

    #[test]
    fn waits_have_a_column_for_each_mechanism() {
        let csv = format!("# machine{WAITS}idle,select,10,2.04\nidle,epoll,10,1\nready,poll,5000,3\n");
        let table = of_waits(&csv).unwrap();
        assert!(table.contains("Recorded on machine, with `cargo xtask bench idle`"), "{table}");
        assert!(table.contains("| none is ready | 10 | 2.0 |  | 1.0 |\n"), "{table}");
        assert!(table.ends_with("| all are ready | 5000 |  | 3.0 |  |\n"), "{table}");
        assert!(of_waits(&csv.replace("select", "devpoll")).is_err());
    }

    #[test]
    fn numbers_come_from_the_file() {
        let csv = "# machine\n# cost: µs\ncase,contender,rounds,rate_per_s,cost,ratio,ratio_min,ratio_max\n\
                   \"a, b\",mio,5,10.00,2.0000,1.0000,1.0000,1.0000\nc,ours,5,9.00,0.0220,1.1000,1.0500,1.2000\n";
        let table = from_csv("x", csv).unwrap();
        assert!(
            table.contains("Recorded on machine, with `cargo xtask bench x`: medians of 5 rounds."),
            "{table}"
        );
        assert!(table.contains("| a, b | mio | 2.00 | 1.00 (1.00–1.00) |\n"), "{table}");
        assert!(table.contains("| c | ours | 0.0220 | 1.10 (1.05–1.20) |\n"), "{table}");
        assert!(from_csv("x", &csv.replace("0.0220", "two")).is_err());
        assert!(from_csv("x", &csv.replace("ours,5", "ours,7")).unwrap().contains("5 to 7 rounds"));
    }
}
