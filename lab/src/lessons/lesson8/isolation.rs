//! A list that is not shared.

use super::leftovers;
use super::lines::{Run, expect_distinct, process, run};
use crate::lessons::endings;
use crate::{Check, Failure, Suite, Trial};

pub(in crate::lessons) static ISOLATION: Suite = Suite {
    name: "lesson8.isolation",
    about: "Each child appends to its own copy of a list; the parent's stays empty",
    checks: &[
        Check {
            name: "own-list",
            points: 3,
            means: "A process has memory of its own: what a child appends, only that child sees.",
            run: own_list,
        },
        Check {
            name: "own-process",
            points: 2,
            means: "Threads would share the list. Children are processes, each with its own pid.",
            run: own_process,
        },
        Check {
            name: "ending-is-last",
            points: 2,
            means: "The parent's list is empty at the end, when all have appended: printed before \
                    that, it proves nothing.",
            run: ending_is_last,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "When the program has ended, its children have.",
            run: |trial| leftovers::nothing(trial, &[]),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

fn shown(run: &Run, child: usize, count: usize) -> Result<(), Failure> {
    let list = format!("say hi [{child}] pid ");
    if run.lines.iter().any(|line| line.starts_with(&list)) {
        return Ok(());
    }
    let why = format!("child {child} must see [{child}] and nothing else: no line `{list}…`");
    let said: Vec<&String> = run.lines.iter().filter(|line| line.starts_with("say hi ")).collect();
    Err(run.failure(if said.iter().any(|line| line.contains(',')) {
        format!("{why}. A list that shows what others appended is shared, by threads or by a manager")
    } else if said.len() < count {
        format!(
            "{why}; {} of {count} children have said hi when the program ends. Does it wait for all?",
            said.len()
        )
    } else {
        why
    }))
}

pub(crate) fn own_list(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(3, 8);
    let run = run(trial, &["--count", &count.to_string()])?;
    (0..count).try_for_each(|child| shown(&run, child, count))?;
    run.expect("ending []")
}

pub(crate) fn own_process(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--count", "4"])?;
    let mut pids = Vec::new();
    for line in run.lines.iter().filter(|line| line.starts_with("say hi ")) {
        pids.push(process(line, "pid")?);
    }
    if pids.len() != 4 {
        return Err(run
            .failure(format!("four children print a line `say hi …` each: four lines, not {}", pids.len())));
    }
    if pids.contains(&run.subject.pid()) {
        return Err(run.failure("a child has the pid of the program itself: it is a thread, not a process"));
    }
    expect_distinct(&pids)
}

pub(crate) fn ending_is_last(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &["--count", "6"])?;
    if run.place("ending ")? + 1 == run.lines.len() && run.lines.len() == 7 {
        return Ok(());
    }
    Err(run.failure("`ending` must come last, after all six children: wait for them (join) before the print"))
}
