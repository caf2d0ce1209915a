//! Threads, seen from outside: their lines, their numbers, and when they come.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::{await_line, expect_no_children, expect_once, to_the_end};
use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Stream, Subject, Trial, proc, until};

fn start(trial: &Trial, count: usize, seconds: &str) -> Result<Subject, Failure> {
    trial.start("", &["--count", &count.to_string(), "--seconds", seconds], false)
}

fn expected(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("thread... {number}")).collect()
}

pub(super) fn lines(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 5, "0.1")?;
    let printed = to_the_end(trial, &subject)?;
    expect_once(&subject, &printed, &expected(5))?;
    expect_once(&subject, &printed, &["main thread stop".into(), "joined 5".into()])?;
    let at = |begin: &str| printed.iter().rposition(|line| line.starts_with(begin));
    if at("joined ") < at("thread... ") {
        return Err(subject.explain(Failure::new("`joined 5` was printed before all threads were done")));
    }
    Ok(())
}

pub(super) fn count(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(6, 31);
    let subject = start(trial, count, "0.01")?;
    let printed = to_the_end(trial, &subject)?;
    expect_once(&subject, &printed, &expected(count))?;
    let lines = printed.iter().filter(|line| line.starts_with("thread... ")).count();
    if lines != count {
        return Err(Failure::new(format!("--count {count}, and {lines} threads have printed their line")));
    }
    Ok(())
}

pub(super) fn main_goes_on(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 5, "0.5")?;
    await_line(trial, &subject, "main thread stop")?;
    let printed = subject.tail(Stream::Stdout, usize::MAX);
    let before = printed.iter().take_while(|line| *line != "main thread stop");
    let done = before.filter(|line| line.starts_with("thread... ")).count();
    if done > 0 {
        let why = format!(
            "`main thread stop` was printed after {done} of 5 threads were done: main has waited where it should go on"
        );
        return Err(subject.explain(Failure::new(why)));
    }
    Ok(())
}

/// While they sleep, each number that a thread prints must stand in `/proc/PID/task`.
pub(super) fn real(trial: &mut Trial) -> Result<(), Failure> {
    const COUNT: usize = 5;
    let subject = start(trial, COUNT, "2")?;
    let idents = || -> BTreeSet<u32> {
        let printed = subject.tail(Stream::Stdout, usize::MAX);
        printed.iter().filter_map(|line| line.split_once(" ident ")?.1.trim().parse().ok()).collect()
    };
    if !until(trial.deadline(), || idents().len() >= COUNT) {
        let why = format!(
            "no {COUNT} different numbers in lines like `thread-3 ident 4711`: each thread prints the one that the kernel \
             gave it (gettid, threading.get_native_id)"
        );
        return Err(subject.explain(Failure::new(why)));
    }
    expect_no_children(&subject)?;
    let tasks = proc::tasks(subject.pid())?;
    for ident in idents() {
        if !tasks.contains(&ident) || ident == subject.pid() {
            return Err(Failure::new(format!(
                "{ident} is the number of no thread of the process {}, which has {tasks:?}",
                subject.pid()
            )));
        }
    }
    Ok(())
}

/// The two places of join, by the clock of the grader.
pub(super) fn join(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 5, "0.2")?;
    await_line(trial, &subject, "joined 5")?;
    let begun = Instant::now();
    let timed = |what: &str| {
        let mut wanted = |line: &str| line.starts_with(what);
        let line = subject.line(Stream::Stdout, &format!("{what}N ms"), trial.deadline(), &mut wanted)?;
        let number = line.trim_start_matches(what).trim_end_matches(" ms").trim().parse::<u64>();
        let said = number.map_err(|_| Failure::new(format!("`{line}` should be `{what}N ms`")))?;
        Ok::<_, Failure>((Instant::now(), Duration::from_millis(said)))
    };
    let (between, said_in) = timed("join in the loop: ")?;
    let (ended, said_after) = timed("join after the loop: ")?;
    let (inside, after) = (between - begun, ended - between);
    // What a busy machine adds, it adds to both; what it cannot do is to make five sleeps shorter.
    if inside < Duration::from_millis(700) || said_in < Duration::from_millis(990) {
        return Err(Failure::new(format!(
            "five threads of 200 ms, each joined before the next one starts, take a second; here {} ms (it says {})",
            inside.as_millis(),
            said_in.as_millis()
        )));
    }
    if after > inside * 7 / 10 || said_after > said_in * 7 / 10 {
        return Err(Failure::new(format!(
            "joined after the loop, five threads of 200 ms run together and take little more than one; here they took {} ms \
             (it says {}), as if they had come one after the other",
            after.as_millis(),
            said_after.as_millis()
        )));
    }
    Ok(())
}

pub(super) fn usage(trial: &mut Trial) -> Result<(), Failure> {
    for wrong in [&["--no-such-option"][..], &["--count", "0"], &["--seconds", "-1"]] {
        let subject = trial.start("", wrong, false)?;
        let ended = expect_exit(trial, &subject, Exit::Code(2));
        ended.map_err(|failure| failure.when(wrong.join(" ")))?;
        expect_no_crash(&subject)?;
    }
    Ok(())
}

pub(super) fn broken_stdout(trial: &mut Trial) -> Result<(), Failure> {
    let mut subject = start(trial, 5, "0.2")?;
    await_line(trial, &subject, "main thread stop")?;
    subject.close_stdout(trial.deadline())?;
    expect_exit(trial, &subject, Exit::Code(0))
        .map_err(|failure| failure.when("nobody reads stdout any more"))?;
    expect_no_crash(&subject)
}
