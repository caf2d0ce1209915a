//! What the parts of lesson 8 print: lines of words and numbers.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::{Exit, Failure, Stream, Subject, Trial, proc, until};

/// A part that has run to its end: what it printed.
pub(crate) struct Run {
    /// Its process; a zombie by now.
    pub(crate) subject: Subject,
    /// The lines of its stdout.
    pub(crate) lines: Vec<String>,
}

/// Runs the part with further arguments to its end, which has to be in order.
pub(crate) fn run(trial: &Trial, arguments: &[&str]) -> Result<Run, Failure> {
    let subject = trial.start("", arguments, false)?;
    finish(trial, subject)
}

/// Waits for the end of a part, which has to be in order.
pub(crate) fn finish(trial: &Trial, subject: Subject) -> Result<Run, Failure> {
    let exit = subject.wait(trial.whole_deadline())?;
    if exit != Exit::Code(0) {
        return Err(subject.explain(Failure::new(format!("the exit code must be 0, not: {exit}"))));
    }
    let lines = subject.tail(Stream::Stdout, usize::MAX);
    Ok(Run { subject, lines })
}

/// Waits for a line that begins with `begin`. What comes after it is of no interest.
pub(crate) fn so_far(trial: &Trial, subject: Subject, begin: &str) -> Result<Run, Failure> {
    let what = format!("{begin}…");
    subject.line(Stream::Stdout, &what, trial.whole_deadline(), &mut |line| line.starts_with(begin))?;
    let lines = subject.tail(Stream::Stdout, usize::MAX);
    Ok(Run { subject, lines })
}

impl Run {
    /// The one line that begins with `begin`: what stands behind.
    pub(crate) fn after(&self, begin: &str) -> Result<&str, Failure> {
        let mut found = self.lines.iter().filter_map(|line| line.strip_prefix(begin));
        match (found.next(), found.next()) {
            (Some(rest), None) => Ok(rest),
            (None, _) => Err(self.failure(format!("there is no line `{begin}…`"))),
            _ => Err(self.failure(format!("there are several lines `{begin}…`"))),
        }
    }

    /// That this very line was printed.
    pub(crate) fn expect(&self, line: &str) -> Result<(), Failure> {
        if self.lines.iter().any(|printed| printed == line) {
            return Ok(());
        }
        Err(self.failure(format!("there is no line `{line}`")))
    }

    /// The place of the first line that begins with `begin`.
    pub(crate) fn place(&self, begin: &str) -> Result<usize, Failure> {
        let found = self.lines.iter().position(|line| line.starts_with(begin));
        found.ok_or_else(|| self.failure(format!("there is no line `{begin}…`")))
    }

    /// A failure that shows all that was printed.
    pub(crate) fn failure(&self, why: impl Into<String>) -> Failure {
        let shown = self.lines.join("\n      ");
        self.subject.explain(Failure::new(why).fact(format!("it printed:\n      {shown}")))
    }
}

/// The number behind `word` in a line: `pid 123`.
pub(crate) fn number(line: &str, word: &str) -> Result<i64, Failure> {
    let mut words = line.split([' ', ',']);
    let found = words.by_ref().find(|known| *known == word).and_then(|_| words.next());
    let value = found.and_then(|text| text.trim_end_matches(',').parse().ok());
    value.ok_or_else(|| Failure::new(format!("the line `{line}` has no number behind `{word}`")))
}

/// The same for the number of a process.
pub(crate) fn process(line: &str, word: &str) -> Result<u32, Failure> {
    let value = number(line, word)?;
    u32::try_from(value).map_err(|_| Failure::new(format!("in `{line}` {value} is no process")))
}

/// A time in seconds behind `word`.
pub(crate) fn seconds(line: &str) -> Result<f64, Failure> {
    let text = line.trim().strip_suffix(" s").and_then(|text| text.rsplit(' ').next());
    let value = text.and_then(|text| text.parse().ok());
    value.ok_or_else(|| Failure::new(format!("`{line}` does not end with a time: `1.02 s`")))
}

/// The next `count` lines that begin with `begin`, each with the moment at which it came.
pub(crate) fn next(
    trial: &Trial,
    subject: &Subject,
    begin: &str,
    count: usize,
) -> Result<Vec<(Instant, String)>, Failure> {
    let mut found = Vec::new();
    for _ in 0..count {
        let what = format!("{begin}…");
        let line = subject
            .line(Stream::Stdout, &what, trial.whole_deadline(), &mut |line| line.starts_with(begin))?;
        found.push((Instant::now(), line));
    }
    Ok(found)
}

/// That the process `pid`, which a line names, is a child of the subject and lives.
pub(crate) fn expect_child(subject: &Subject, pid: u32, line: &str) -> Result<(), Failure> {
    if pid == subject.pid() {
        let why = format!("`{line}`: process {pid} is the program itself, not a child process: a thread?");
        return Err(subject.explain(Failure::new(why)));
    }
    if proc::children(subject.pid())?.contains(&pid) {
        return Ok(());
    }
    let why =
        format!("`{line}`: process {pid} is no child process of the program (that is {})", subject.pid());
    Err(subject.explain(Failure::new(why)))
}

/// That all of `pids` differ.
pub(crate) fn expect_distinct(pids: &[u32]) -> Result<(), Failure> {
    let distinct: BTreeSet<u32> = pids.iter().copied().collect();
    if distinct.len() == pids.len() {
        return Ok(());
    }
    let why = format!("{} children have only {} different pids: {pids:?}", pids.len(), distinct.len());
    Err(Failure::new(why))
}

/// Looks at the subject's children until there are more than `enough`, `all` have said hi, or it ends. Returns the most
/// that there were at once, and how many of those were dead (zombies).
pub(crate) fn most_children(trial: &Trial, subject: &Subject, enough: usize, all: usize) -> (usize, usize) {
    let mut most = (0, 0);
    until(trial.whole_deadline(), || {
        let children = proc::children(subject.pid()).unwrap_or_default();
        if children.len() > most.0 {
            let dead = children.iter().filter(|&&child| proc::state(child).is_ok_and(|state| state == 'Z'));
            most = (children.len(), dead.count());
        }
        let lines = subject.tail(Stream::Stdout, usize::MAX);
        let hi = lines.iter().filter(|line| line.starts_with("say hi ")).count();
        most.0 > enough || hi >= all || !subject.is_alive()
    });
    most
}

/// The moment of the last one minus that of the first one.
pub(crate) fn span(lines: &[(Instant, String)]) -> Duration {
    match (lines.first(), lines.last()) {
        (Some((first, _)), Some((last, _))) => last.saturating_duration_since(*first),
        _ => Duration::ZERO,
    }
}
