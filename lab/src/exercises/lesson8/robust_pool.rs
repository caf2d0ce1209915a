//! robust-pool: tasks that panic, kill their worker, or never end.

use crate::lessons::lesson8::leftovers;
use crate::lessons::lesson8::lines::run;
use crate::{Check, Failure, Random, Suite, Trial};

pub(super) static ROBUST_POOL: Suite = Suite {
    name: "robust-pool",
    about: "Three worker processes, and tasks that do not come back",
    checks: &[
        Check {
            name: "results",
            points: 1,
            means: "Each task that does its work has its result.",
            run: |trial| tasks(trial, &[], "30"),
        },
        Check {
            name: "panic",
            points: 2,
            means: "A task that panics is one error for who has asked for it, and nothing to all others.",
            run: |trial| tasks(trial, &["panic", "panic"], "30"),
        },
        Check {
            name: "killed-worker",
            points: 3,
            means: "A killed worker sends nothing, not even an error. Its end is the message; and another one takes its place.",
            run: |trial| tasks(trial, &["kill", "kill", "kill", "kill"], "30"),
        },
        Check {
            name: "forever",
            points: 3,
            means: "Some tasks never end. Who waits for them needs a limit.",
            run: |trial| tasks(trial, &["forever", "forever"], "1"),
        },
        Check {
            name: "no-orphans",
            points: 2,
            means: "Who gives up a worker that still works has to end it, too: otherwise it works on when the program has ended.",
            run: |trial| leftovers::nothing(trial, &["--timeout", "0.3", "forever", "panic", "forever"]),
        },
    ],
};

/// `bad` tasks, with good ones before, between and behind them.
fn tasks(trial: &mut Trial, bad: &[&'static str], timeout: &str) -> Result<(), Failure> {
    let words = mixed(&mut trial.random, bad);
    let told = match bad.first() {
        None => "no task fails",
        Some(&"panic") => "two tasks panic",
        Some(&"kill") => "four tasks kill their worker (SIGKILL), and there are three",
        _ => "two tasks never end, and `--timeout 1` says how long to wait for one",
    };
    let mut arguments = vec!["--timeout", timeout];
    arguments.extend(words.iter().map(String::as_str));
    let run = run(trial, &arguments).map_err(|failure| failure.when(told))?;
    // First those that should not even have noticed.
    let good = |word: &String| word.parse::<u64>().is_ok();
    let numbered = || words.iter().enumerate();
    for (task, word) in
        numbered().filter(|(_, word)| good(word)).chain(numbered().filter(|(_, word)| !good(word)))
    {
        let expected = match word.as_str() {
            "panic" => "error panic".to_owned(),
            "kill" => "error killed".to_owned(),
            "forever" => "error timeout".to_owned(),
            number => format!("result {}", number.parse::<u64>().unwrap_or_default() + 100),
        };
        let begin = format!("{task} ");
        let mut lines = run.lines.iter().filter(|line| line.starts_with(&begin));
        let why = match (lines.next(), lines.next()) {
            (Some(line), None) if *line == format!("{begin}{expected}") => continue,
            (Some(line), None) => {
                format!("task {task} was `{word}`: `{begin}{expected}` was expected, not `{line}`")
            }
            (Some(_), Some(_)) => format!("task {task} (`{word}`) has more than one line"),
            (None, _) if good(word) => format!(
                "task {task} (`{word}`) was never done: nobody has taken the place of the workers that were lost"
            ),
            (None, _) => format!(
                "task {task} (`{word}`) has neither a result nor an error: who has asked for it is told nothing, the error \
                 was swallowed"
            ),
        };
        return Err(run.failure(why).when(told));
    }
    if run.lines.last().is_some_and(|line| line == "end") && run.lines.len() == words.len() + 1 {
        return Ok(());
    }
    Err(run.failure("a line for each task was expected, and `end` as the last one").when(told))
}

/// The bad tasks begin: a pool that loses a worker with each of them has none left for the others.
fn mixed(random: &mut Random, bad: &[&'static str]) -> Vec<String> {
    let mut words: Vec<String> = bad.iter().map(|&word| word.to_owned()).collect();
    words.insert(0, random.between(1, 99).to_string());
    words.extend((0..random.between(6, 9)).map(|_| random.between(1, 99).to_string()));
    words
}
