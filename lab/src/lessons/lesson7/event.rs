//! The gate: who waits, and what opens it.

use std::time::Duration;

use super::{await_line, expect_no_children, expect_once, to_the_end};
use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Exit, Failure, Signal, Stream, Subject, Trial, measure_for, proc, until};

/// Starts so many threads, and waits until all have started and the odd ones are done.
pub(crate) fn start(trial: &Trial, count: usize) -> Result<Subject, Failure> {
    let subject = trial.start("", &["--count", &count.to_string()], true)?;
    let lines = started(count).chain(executed(count, 1));
    for line in lines {
        let printed = || subject.tail(Stream::Stdout, usize::MAX).contains(&line);
        if !until(trial.deadline(), || printed() || !subject.is_alive()) || !printed() {
            let why = format!("no line `{line}` before anything was typed: the odd ones do not wait");
            return Err(subject.explain(Failure::new(why)));
        }
    }
    Ok(subject)
}

fn started(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("start,{number}"))
}

pub(crate) fn executed(count: usize, first: usize) -> impl Iterator<Item = String> {
    (first..count).step_by(2).map(|number| format!("execute {number}"))
}

/// That no even thread is through.
pub(crate) fn expect_closed(subject: &Subject, after: &str) -> Result<(), Failure> {
    let printed = subject.tail(Stream::Stdout, usize::MAX);
    let through = printed.iter().find(|line| {
        line.strip_prefix("execute ")
            .and_then(|number| number.trim().parse::<u64>().ok())
            .is_some_and(|number| number % 2 == 0)
    });
    match through {
        None => Ok(()),
        Some(line) => {
            Err(subject.explain(Failure::new(format!("{after}, and there is `{line}`: the gate was open"))))
        }
    }
}

pub(crate) fn open(trial: &Trial, subject: &Subject, count: usize) -> Result<(), Failure> {
    subject.type_in(b"true\n", trial.deadline())?;
    let printed = to_the_end(trial, subject).map_err(|failure| failure.when("`true` was typed"))?;
    expect_once(subject, &printed, &started(count).collect::<Vec<_>>())?;
    expect_once(subject, &printed, &executed(count, 0).chain(executed(count, 1)).collect::<Vec<_>>())?;
    let threads = printed.iter().filter(|line| line.starts_with("start,")).count();
    if threads != count {
        return Err(Failure::new(format!("--count {count}, and {threads} threads have started")));
    }
    Ok(())
}

pub(super) fn gate(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 10)?;
    measure_for(Duration::from_millis(100));
    expect_closed(&subject, "nothing was typed")?;
    open(trial, &subject, 10)
}

pub(super) fn count(trial: &mut Trial) -> Result<(), Failure> {
    for count in [1, trial.random.between(2, 31)] {
        let subject = start(trial, count)?;
        open(trial, &subject, count)?;
    }
    Ok(())
}

pub(super) fn usage(trial: &mut Trial) -> Result<(), Failure> {
    for wrong in ["0", "-1", "x"] {
        let subject = trial.start("", &["--count", wrong], false)?;
        let ended = expect_exit(trial, &subject, Exit::Code(2));
        ended.map_err(|failure| failure.when(format!("--count {wrong}")))?;
        expect_no_crash(&subject)?;
    }
    Ok(())
}

pub(crate) fn wrong_input(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 4)?;
    for wrong in ["false", "True", "", "truex", " true", "true true", "真"] {
        subject.type_in(format!("{wrong}\n").as_bytes(), trial.deadline())?;
        let answer = format!("still closed: {wrong}");
        let seen = subject.line(Stream::Stdout, &answer, trial.deadline(), &mut |line| {
            line.trim_end() == answer.trim_end()
        });
        seen.map_err(|failure| failure.when(format!("`{wrong}` was typed")))?;
    }
    measure_for(Duration::from_millis(100));
    expect_closed(&subject, "`true` was not typed yet")?;
    open(trial, &subject, 4)
}

pub(super) fn in_pieces(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 4)?;
    subject.type_in(b"tr", trial.deadline())?;
    measure_for(Duration::from_millis(100));
    subject.type_in(b"ue", trial.deadline())?;
    measure_for(Duration::from_millis(100));
    expect_closed(&subject, "the newline is not typed yet")?;
    subject.type_in(b"\n", trial.deadline())?;
    to_the_end(trial, &subject).map_err(|failure| failure.when("`true` was typed in pieces"))?;
    // Several lines may come at once, and the end of the input behind them.
    let subject = start(trial, 4)?;
    subject.type_in(b"no\nno\ntrue\nno\n", trial.deadline())?;
    subject.end_stdin();
    let printed =
        to_the_end(trial, &subject).map_err(|failure| failure.when("four lines were typed at once"))?;
    expect_once(&subject, &printed, &["open".into(), "execute 0".into()])
}

pub(crate) fn end_of_input(trial: &mut Trial) -> Result<(), Failure> {
    for typed in ["", "no\n", "tru"] {
        let subject = start(trial, 4)?;
        subject.type_in(typed.as_bytes(), trial.deadline())?;
        subject.end_stdin();
        let ended = to_the_end(trial, &subject);
        let printed = ended.map_err(|failure| failure.when("the end of the input (EOF)"))?;
        expect_once(&subject, &printed, &executed(4, 0).collect::<Vec<_>>())?;
    }
    Ok(())
}

pub(super) fn asleep(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 10)?;
    let mut used = Duration::MAX;
    // It may still be about to begin; the other looks are for that.
    for _ in 0..3 {
        let before = proc::wanted_time(subject.pid())?;
        measure_for(Duration::from_millis(700));
        used = used.min(proc::wanted_time(subject.pid())?.saturating_sub(before));
        if used <= Duration::from_millis(70) {
            return open(trial, &subject, 10);
        }
    }
    Err(subject.explain(Failure::new(format!(
        "in 0.7 s in which nobody typed anything the program wanted a CPU for {} ms: who waits sleeps, it does not look \
         again and again",
        used.as_millis()
    ))))
}

pub(super) fn real(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 10)?;
    expect_no_children(&subject)?;
    let threads = proc::threads(subject.pid())?;
    if threads < 6 {
        return Err(Failure::new(format!(
            "five of ten threads wait at the gate and one reads what is typed; the process has {threads} threads"
        )));
    }
    open(trial, &subject, 10)
}

pub(super) fn stop(trial: &mut Trial) -> Result<(), Failure> {
    for (signal, name) in [(Signal::INT, "SIGINT"), (Signal::TERM, "SIGTERM")] {
        let subject = start(trial, 10)?;
        subject.signal(signal);
        let printed = to_the_end(trial, &subject).map_err(|failure| failure.when(name))?;
        expect_closed(&subject, &format!("{name} ended it"))?;
        expect_once(&subject, &printed, &["stopped".into()])?;
    }
    Ok(())
}

pub(super) fn states(trial: &mut Trial) -> Result<(), Failure> {
    let subject = start(trial, 2)?;
    open(trial, &subject, 2)?;
    let printed = subject.tail(Stream::Stdout, usize::MAX);
    let states = [("at first", false), ("after set", true), ("after clear", false)];
    let lines = states.map(|(when, is)| format!("{when}: is_set {is}, wait(0.05) {is}"));
    expect_once(&subject, &printed, &lines)?;
    await_line(trial, &subject, "open")
}
