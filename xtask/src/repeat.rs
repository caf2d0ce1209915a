//! `cargo xtask repeat`: checks the solutions and twins of the exercises again and again, on a quiet and on a busy machine.
//!
//! A grader that now and then fails a right answer is worse than none. So each right answer is checked many times, half of
//! them while every CPU is busy; one failure in thousands is one too many, and is printed in full.

use crate::{say, workspace};
use anyhow::{Context, Result, ensure};
use clap::Args;
use lab::{Command, Exercise, Options as How};
use std::collections::VecDeque;
use std::path::Path;
use std::process::{Child, Command as Process, ExitCode};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The options of `cargo xtask repeat`.
#[derive(Args)]
pub(crate) struct Options {
    /// How often each answer is checked.
    #[arg(long, default_value_t = 100)]
    times: usize,
    /// Only these exercises.
    names: Vec<String>,
    /// How many answers are checked at once, with four checks each.
    #[arg(long, default_value_t = 2)]
    at_once: usize,
}

/// An answer that must pass, and how its runs went.
struct Answer {
    name: String,
    exercise: &'static Exercise,
    command: Command,
    runs: Vec<Duration>,
    failures: Vec<String>,
}

/// Runs it and prints a line an answer.
///
/// # Errors
/// When the answers do not compile or an exercise is unknown.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut chosen: Vec<&Exercise> = lab::exercises().collect();
    for name in &options.names {
        ensure!(lab::exercise(name).is_some(), "there is no exercise `{name}`");
    }
    chosen.retain(|exercise| {
        options.names.is_empty() || options.names.iter().any(|name| name == exercise.name)
    });
    let built = workspace::cargo().args(["build", "--quiet", "--package", "answers"]).status();
    ensure!(built.context("cannot run cargo")?.success(), "the answers do not compile");

    let mut answers: Vec<Answer> = chosen.into_iter().flat_map(answers).collect();
    let quiet = options.times / 2;
    rounds(&mut answers, quiet, options.at_once)?;
    {
        let _busy = Busy::start()?;
        rounds(&mut answers, options.times - quiet, options.at_once)?;
    }
    let mut failed = 0;
    for answer in &mut answers {
        answer.runs.sort_unstable();
        let at =
            |part: usize| answer.runs.get(answer.runs.len() * part / 100).map_or(0.0, Duration::as_secs_f32);
        let (count, median, slowest) = (answer.failures.len(), at(50), at(99));
        failed += count;
        say(format!(
            "{:<24} {} runs, {count} failed, median {median:.2} s, 99 of 100 within {slowest:.2} s",
            answer.name,
            answer.runs.len()
        ))?;
        for failure in &answer.failures {
            say(failure)?;
        }
    }
    let runs: usize = answers.iter().map(|answer| answer.runs.len()).sum();
    say(format!("{runs} runs, half of them with every CPU busy: {failed} failed"))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The solution and the twin of an exercise.
fn answers(exercise: &'static Exercise) -> Vec<Answer> {
    let folder = workspace::target().join("debug");
    let solution = Command::new(folder.join(format!("{}-solution", exercise.name)), [""; 0]);
    let twin = workspace::root().join("exercises").join(exercise.name).join("twin.py");
    let twin = Command::python([twin.display().to_string()]);
    let answer = |kind: &str, command| Answer {
        name: format!("{} {kind}", exercise.name),
        exercise,
        command,
        runs: Vec::new(),
        failures: Vec::new(),
    };
    [("solution", Some(solution)), ("twin", twin)]
        .into_iter()
        .filter_map(|(kind, command)| Some(answer(kind, command?)))
        .collect()
}

/// Checks every answer `times` times; in rounds, so that each of them meets all states of the machine.
fn rounds(answers: &mut [Answer], times: usize, at_once: usize) -> Result<()> {
    for _ in 0..times {
        let left = Mutex::new(answers.iter_mut().collect::<VecDeque<_>>());
        thread::scope(|scope| {
            let work = || {
                loop {
                    let next = left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(answer) = next else { return };
                    check(answer);
                }
            };
            for number in 1..at_once {
                let _ = thread::Builder::new().name(format!("repeat-{number}")).spawn_scoped(scope, work);
            }
            work();
        });
    }
    Ok(())
}

fn check(answer: &mut Answer) {
    let begun = Instant::now();
    let report = answer.exercise.suite.run(&answer.command, &How::patient());
    answer.runs.push(begun.elapsed());
    if report.failed() > 0 {
        answer.failures.push(report.to_string());
    }
}

/// As many processes as there are CPUs that compute and do nothing else.
struct Busy(Vec<Child>);

impl Busy {
    fn start() -> Result<Busy> {
        let mut busy = Busy(Vec::new());
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            // It ends by itself when this program is killed and becomes another's child.
            let script = "while [ \"$(ps -o ppid= -p $$ | tr -d ' ')\" = \"$0\" ]; do i=0; \
                          while [ $i -lt 200000 ]; do i=$((i + 1)); done; done";
            let own = std::process::id().to_string();
            let child = Process::new("sh").args(["-c", script, &own]).current_dir(Path::new("/")).spawn();
            busy.0.push(child.context("cannot start sh")?);
        }
        Ok(busy)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
