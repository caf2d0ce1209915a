//! Waiting for standard input.

use std::time::{Duration, Instant};

use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Stream, Subject, Trial, measure_for};

/// Types something and waits for the lines that must come of it.
fn type_in(trial: &Trial, subject: &Subject, typed: &str, expected: &[&str]) -> Result<(), Failure> {
    subject.type_in(typed.as_bytes(), trial.deadline())?;
    for line in expected {
        let what = format!("line: {line}");
        let seen = subject.line(Stream::Stdout, &what, trial.deadline(), &mut |printed| printed == what);
        seen.map_err(|failure| {
            failure.when(format!("\"{}\" was typed", crate::bytes::escape(typed.as_bytes())))
        })?;
    }
    Ok(())
}

fn end(trial: &Trial, subject: &Subject) -> Result<(), Failure> {
    subject.end_stdin();
    let ended = expect_exit(trial, subject, Exit::Code(0));
    ended.map_err(|failure| failure.when("the end of the input (EOF)"))?;
    expect_no_crash(subject)
}

pub(super) fn line(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    let word = trial.random.word(8);
    type_in(trial, &subject, &format!("{word}\n"), &[&word])?;
    type_in(trial, &subject, "你好 世界\n", &["你好 世界"])
}

pub(super) fn end_of_input(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    type_in(trial, &subject, "one\n", &["one"])?;
    end(trial, &subject)?;
    // And an input that has ended before it began.
    let subject = trial.start("", &[], false)?;
    let ended = expect_exit(trial, &subject, Exit::Code(0));
    ended.map_err(|failure| failure.when("an empty input"))
}

/// Pasted lines come together. Each one is printed before anything else is typed.
pub(super) fn several_at_once(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    type_in(trial, &subject, "one\n", &["one"])?;
    let words: Vec<String> = (0..3).map(|_| trial.random.word(5)).collect();
    let lines: Vec<&str> = words.iter().map(String::as_str).collect();
    let started = Instant::now();
    type_in(trial, &subject, &format!("{}\n", words.join("\n")), &lines)?;
    if started.elapsed() > Duration::from_millis(900) {
        return Err(Failure::new(format!(
            "three lines were typed at once, and the last one was printed after {} ms: it has waited in a buffer that no wait \
             sees",
            started.elapsed().as_millis()
        )));
    }
    Ok(())
}

/// Ten thousand lines at once, to the end.
pub(super) fn many_lines(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    let lines: String = (0..10_000).map(|number| format!("number {number}\n")).collect();
    subject.type_in(lines.as_bytes(), trial.deadline())?;
    end(trial, &subject)?;
    let printed = subject.tail(Stream::Stdout, usize::MAX);
    let printed: Vec<&str> = printed.iter().filter_map(|line| line.strip_prefix("line: ")).collect();
    let printed = format!("{}\n", printed.join("\n"));
    if printed == lines {
        return Ok(());
    }
    let failure = Failure::new("ten thousand lines were typed, other ones were printed");
    Err(failure.compared(printed.as_bytes(), lines.as_bytes()))
}

/// A line is what ends with a newline, in however many pieces it is typed.
pub(super) fn half_a_line(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    type_in(trial, &subject, "one\nhalf a", &["one"])?;
    measure_for(Duration::from_millis(200));
    if subject.tail(Stream::Stdout, 1).iter().any(|line| line.contains("half")) {
        return Err(subject.explain(Failure::new("half a line was printed; its newline has not come yet")));
    }
    type_in(trial, &subject, " line\n", &["half a line"])
}

/// A dot for each second without input, and hardly any work for it.
pub(super) fn dots(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &[], true)?;
    type_in(trial, &subject, "one\n", &["one"])?;
    let before = subject.cpu_time();
    measure_for(Duration::from_millis(2500));
    let dots = subject.tail(Stream::Stdout, usize::MAX).iter().filter(|line| *line == ".").count();
    // One may stem from the time before the first line, one may be late.
    if !(1..=4).contains(&dots) {
        let why = format!("in 2.5 s without input two lines with a dot should come; there are {dots}");
        return Err(subject.explain_wait(Failure::new(why), before));
    }
    let used = subject.cpu_time().saturating_sub(before);
    if used > Duration::from_millis(120) {
        return Err(Failure::new(format!(
            "in 2.5 s without input the program used {} ms of CPU: wait with a time limit, do not look again and again",
            used.as_millis()
        )));
    }
    type_in(trial, &subject, "two\n", &["two"])
}
