//! not-shared: each process has a list of its own.

use crate::lessons::lesson8::isolation::{ending_is_last, own_list, own_process};
use crate::lessons::lesson8::leftovers;
use crate::lessons::lesson8::lines::run;
use crate::{Check, Failure, Suite, Trial};

pub(super) static NOT_SHARED: Suite = Suite {
    name: "not-shared",
    about: "Each child process appends to a list; the parent's stays empty",
    checks: &[
        Check {
            name: "own-process",
            points: 2,
            means: "Threads are in one process and share its memory. Children are processes, each with its own pid.",
            run: own_process,
        },
        Check {
            name: "own-list",
            points: 3,
            means: "A process has memory of its own: what a child appends, only that child sees.",
            run: own_list,
        },
        Check {
            name: "parents-list",
            points: 2,
            means: "What the children did to their lists did not happen to the parent's.",
            run: parents_list,
        },
        Check {
            name: "ending-is-last",
            points: 2,
            means: "The parent's list is empty at the end, when all have appended: printed before that, it proves nothing.",
            run: ending_is_last,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "When the program has ended, its children have.",
            run: |trial| leftovers::nothing(trial, &["--count", "3"]),
        },
    ],
};

fn parents_list(trial: &mut Trial) -> Result<(), Failure> {
    let count = trial.random.between(2, 6).to_string();
    let run = run(trial, &["--count", &count])?;
    let list = run.after("ending ")?;
    if list == "[]" {
        return Ok(());
    }
    Err(run.failure(format!(
        "the parent's own list must be empty, not {list}: nobody has appended to it, each child has a list of its own"
    )))
}
