//! What is shown: a table on standard output, a CSV file, a plot.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::machine;
use crate::plot;
use crate::rounds::{Plan, Row, Sample};

/// One subject's results.
pub struct Table {
    /// The name of its files.
    pub subject: &'static str,
    pub title: &'static str,
    /// What `cost` is.
    pub unit: &'static str,
    /// Who the others are compared with, first of these that took part.
    pub reference: &'static [&'static str],
    pub rows: Vec<Row>,
}

/// Says something on standard error at once.
pub fn notice(text: impl Display) {
    // When stderr is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "bench: {text}");
}

/// Prints on standard output at once.
///
/// # Errors
/// Standard output is closed.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// A file of the results: `benches/results/SUBJECT.ENDING`. Quick ones go to the temporary folder:
/// they are no results.
///
/// # Errors
/// The folder cannot be made.
pub fn result_file(plan: &Plan, subject: &str, ending: &str) -> Result<PathBuf> {
    let folder = match plan.quick {
        true => std::env::temp_dir().join("netkit-bench-quick"),
        false => Path::new(env!("CARGO_MANIFEST_DIR")).join("results"),
    };
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.join(format!("{subject}.{ending}")))
}

/// A cell of a CSV file (RFC 4180).
fn cell(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

impl Table {
    /// Shows the table and writes the files.
    ///
    /// # Errors
    /// Standard output is closed, or a file cannot be written.
    pub fn publish(&self, plan: &Plan) -> Result<()> {
        let machine = machine::line();
        let mut out = io::stdout().lock();
        writeln!(out, "\n## {}: {}\n{machine}\n", self.subject, self.title)?;
        writeln!(out, "| case | contender | rounds | rate/s | {} | ratio (min–max) |", self.unit)?;
        writeln!(out, "|---|---|---:|---:|---:|---|")?;
        let columns =
            ["case", "contender", "rounds", "rate_per_s", "cost", "ratio", "ratio_min", "ratio_max"];
        let mut csv = format!("# {machine}\n# cost: {}\n{}\n", self.unit, columns.join(","));
        for row in &self.rows {
            let rounds = row.samples.iter().flatten().count();
            let numbers = row.median(|sample: &Sample| sample.rate).zip(row.median(|sample| sample.cost));
            let Some((rate, cost)) = numbers else {
                writeln!(out, "| {} | {} | 0 | failed | | |", row.case, row.contender)?;
                continue;
            };
            let ratio = self.reference_of(row).and_then(|reference| row.ratio(reference));
            let (shown, written) = match ratio {
                Some((ratio, least, most)) => {
                    (format!("{ratio:.3} ({least:.3}–{most:.3})"), format!("{ratio:.4},{least:.4},{most:.4}"))
                }
                None => (String::new(), ",,".to_string()),
            };
            let (case, contender) = (row.case, row.contender);
            writeln!(out, "| {case} | {contender} | {rounds} | {rate:.0} | {cost:.2} | {shown} |")?;
            csv += &format!("{},{},{rounds},{rate:.2},{cost:.4},{written}\n", cell(case), cell(contender));
        }
        out.flush()?;
        let path = result_file(plan, self.subject, "csv")?;
        fs::write(&path, csv).with_context(|| format!("cannot write {}", path.display()))?;
        plot::bars(self, &machine, &result_file(plan, self.subject, "svg")?)
    }

    /// The row of the same case that others are compared with.
    pub fn reference_of(&self, row: &Row) -> Option<&Row> {
        let same =
            |name: &&str| self.rows.iter().find(|other| other.case == row.case && other.contender == *name);
        self.reference.iter().find_map(same)
    }
}
