//! Shared numbers.

use super::leftovers;
use super::lines::{Run, run};
use crate::lessons::endings;
use crate::{Check, Failure, Suite, Trial};

pub(in crate::lessons) static ARRAY: Suite = Suite {
    name: "lesson8.array",
    about: "Four shared numbers, changed by two children in any order",
    checks: &[
        Check {
            name: "ending",
            points: 2,
            means: "What the children write into shared memory, the parent sees.",
            run: |trial| run(trial, &[])?.expect("ending [100, 101, 33, 44]"),
        },
        Check {
            name: "both-orders",
            points: 3,
            means: "Processes do not run in the order in which they were started: both tables can \
                    come.",
            run: both_orders,
        },
        Check {
            name: "typecodes",
            points: 1,
            means: "Shared numbers have the sizes of C, each with a letter.",
            run: typecodes,
        },
        Check {
            name: "overflow",
            points: 2,
            means: "A number of 4 bytes has a largest value. To wrap around is a choice, not an \
                    accident.",
            run: overflow,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "Shared memory goes with the last process that has it.",
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

/// What child `number` has printed.
fn table(run: &Run, number: usize) -> Vec<&str> {
    let begin = format!("{number} -----> ");
    run.lines.iter().filter_map(|line| line.strip_prefix(&begin)).collect()
}

fn both_orders(trial: &mut Trial) -> Result<(), Failure> {
    let orders = [
        ("0", [["100", "22", "33", "44"], ["100", "101", "33", "44"]]),
        ("1", [["100", "101", "33", "44"], ["11", "101", "33", "44"]]),
    ];
    for (first, tables) in orders {
        let run = run(trial, &["--first", first])?;
        for (number, expected) in tables.iter().enumerate() {
            if table(&run, number) != expected {
                let when = format!("child {first} goes first");
                let why = format!("child {number} must see {expected:?}, not {:?}", table(&run, number));
                return Err(run.failure(why).when(when));
            }
        }
    }
    Ok(())
}

fn typecodes(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &[])?;
    let sizes = [
        ("c", 1),
        ("b", 1),
        ("B", 1),
        ("h", 2),
        ("H", 2),
        ("i", 4),
        ("I", 4),
        ("l", 8),
        ("L", 8),
        ("q", 8),
        ("Q", 8),
        ("f", 4),
        ("d", 8),
    ];
    for (code, bytes) in sizes {
        let line = run.after(&format!("typecode {code} = "))?;
        if !line.ends_with(&format!(", {bytes} bytes")) {
            return Err(run.failure(format!("`{code}` takes {bytes} bytes, not: {line}")));
        }
    }
    Ok(())
}

fn overflow(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &[])?;
    run.expect("add i 2147483647 + 1: refused")?;
    run.expect("wrapping add i 2147483647 + 1: -2147483648")?;
    run.expect("add B 255 + 1: refused")?;
    run.expect("wrapping add B 255 + 1: 0")
}
