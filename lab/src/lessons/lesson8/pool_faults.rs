//! What a pool does when a task fails, takes too long, or loses its worker.

use std::time::{Duration, Instant};

use super::child::Child;
use super::leftovers;
use super::lines::{Run, number, process, run, seconds, so_far};
use crate::{Failure, Stream, Trial, proc, until};

pub(super) fn errors(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--sleep", "0.05"])?;
    run.expect("apply error 13")?;
    run.expect("error_callback 13")
        .map_err(|failure| failure.when("a task divides by zero, and nobody is told: the error is swallowed"))
}

pub(super) fn timeout(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--sleep", "0.05"])?;
    run.expect("timeout after 0.05 s")?;
    run.expect("later 100")?;
    if run.place("timeout after ")? < run.place("later ")? {
        return Ok(());
    }
    Err(run.failure("first the wait is over, later the result comes"))
}

pub(super) fn endings(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--sleep", "0.05"])?;
    run.expect("join before close: refused")?;
    run.expect("close and join: 10 of 10 results")?;
    let line = run.after("terminate: ")?;
    if !line.starts_with("10 of 10 cancelled, ") || seconds(line)? > 2.0 {
        return Err(run.failure(
            "ten tasks of a minute were given to a pool, and the pool was terminated: that takes no time, and all ten are \
             told that they are cancelled",
        ));
    }
    Ok(())
}

/// With `--no-join` there is nothing but `end`, at once, and no worker works on.
pub(super) fn without_join(trial: &mut Trial) -> Result<(), Failure> {
    let begun = Instant::now();
    let run = run(trial, &["--sleep", "60", "--no-join"])?;
    if run.lines != ["end"] || begun.elapsed() > Duration::from_secs(30) {
        return Err(run.failure(
            "ten tasks of a minute, and no join: `end` is all that is printed, and the program ends",
        ));
    }
    leftovers::nothing(trial, &["--sleep", "60", "--no-join"])
}

/// The grader kills a worker in the middle of its first task.
pub(super) fn killed_worker(trial: &mut Trial) -> Result<(), Failure> {
    let (mut run, mut victim) = kill_one(trial, "2")?;
    for longer in ["4", "16"] {
        // On a busy machine it may have been done with that task before it was killed.
        let finished = format!("worker {victim} callback ");
        if run.lines.iter().any(|line| line.contains(&finished)) {
            (run, victim) = kill_one(trial, longer)?;
        }
    }
    let when = killed(victim);
    let line = run.after("lost a task, ").map_err(|failure| failure.when(&when))?;
    if process(line, "worker")? != victim || number(line, "exitcode")? != -9 {
        return Err(run.failure(format!("`{line}` must name worker {victim} and -9")).when(when));
    }
    let results = run.lines.iter().filter(|line| line.contains(" callback ")).count();
    if results == 2 {
        return Ok(());
    }
    Err(run.failure(format!("two of the three tasks have results, not {results}")).when(when))
}

fn killed(victim: u32) -> String {
    format!("worker {victim} was killed (SIGKILL) in the middle of its task")
}

/// Kills one of two workers that have three tasks of `sleep` seconds; what was printed then, and its pid.
fn kill_one(trial: &Trial, sleep: &str) -> Result<(Run, u32), Failure> {
    let subject = trial.start("", &["--workers", "2", "--tasks", "3", "--sleep", sleep], false)?;
    let wanted = &mut |line: &str| line == "end";
    subject.line(Stream::Stdout, "end", trial.whole_deadline(), wanted)?;
    // Both workers have a task now; other children may have other duties, so the youngest one is taken, which is the
    // last in the list, and the line that it is lost names it.
    let mut children = Vec::new();
    until(trial.deadline(), || {
        children = proc::children(subject.pid()).unwrap_or_default();
        children.len() >= 2 || !subject.is_alive()
    });
    let Some(&victim) = children.last() else {
        return Err(
            subject.explain(Failure::new("the program has no child processes: no workers to be killed"))
        );
    };
    // It has surely begun with its task when it sleeps; where the kernel does not tell, after a moment.
    let begun = Instant::now();
    until(trial.deadline().shortly(), || {
        let doing = proc::doing(victim);
        doing.iter().any(|what| what.contains("sleeps for a fixed time"))
            || (doing.is_empty() && begun.elapsed() > Duration::from_millis(250))
    });
    if let Some(child) = Child::of(&subject, victim) {
        child.kill();
    }
    let run = so_far(trial, subject, "3 tasks ").map_err(|failure| failure.when(killed(victim)))?;
    Ok((run, victim))
}
