//! A dictionary in a process of its own.

use super::leftovers;
use super::lines::{expect_child, next, process, run};
use crate::lessons::endings;
use crate::{Check, Failure, Suite, Trial, proc};

pub(in crate::lessons) static DICT: Suite = Suite {
    name: "lesson8.dict",
    about: "A manager's dictionary: where it is, who sees what when, and what is a copy",
    checks: &[
        Check {
            name: "values",
            points: 1,
            means: "What the first child has put there, the second one sees.",
            run: values,
        },
        Check {
            name: "server",
            points: 2,
            means: "The dictionary is neither in the parent nor in the children: it has a process \
                    of its own.",
            run: server,
        },
        Check {
            name: "at-once",
            points: 3,
            means: "Nothing is copied back at the end of a child: the parent sees the value while \
                    the child lives.",
            run: at_once,
        },
        Check {
            name: "nested",
            points: 2,
            means: "What one gets is a copy. To append to it changes nothing at the server.",
            run: nested,
        },
        Check {
            name: "leaves-nothing",
            points: 1,
            means: "The server ends with the program.",
            run: |trial| leftovers::nothing(trial, &[]),
        },
        Check {
            name: "no-orphans",
            points: 2,
            means: "The server must notice when the program was killed.",
            run: |trial| leftovers::no_orphans(trial, &["--sleep", "60"], "server ", "pid"),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

fn values(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &[])?;
    run.expect("0 values [100]")?;
    run.expect("1 values [100, 101]")
}

fn server(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--sleep", "2"], false)?;
    let lines = next(trial, &subject, "server ", 1)?;
    let line = &lines[0].1;
    let visible = next(trial, &subject, "visible ", 1)?;
    expect_child(&subject, process(line, "pid")?, line)?;
    if process(line, "pid")? == process(&visible[0].1, "child")? {
        return Err(Failure::new("the server is one of the children that use it"));
    }
    Ok(())
}

/// The child that has put the value there lives, and goes on living, when the parent has read it.
fn at_once(trial: &mut Trial) -> Result<(), Failure> {
    let subject = trial.start("", &["--sleep", "2"], false)?;
    let lines = next(trial, &subject, "visible ", 1)?;
    let line = &lines[0].1;
    let child = process(line, "child")?;
    let lives = proc::state(child).is_ok_and(|state| state != 'Z');
    if line.starts_with("visible 102 ") && line.ends_with(" lives") && lives {
        return expect_child(&subject, child, line);
    }
    let why = format!(
        "the child lives for 2 s after it has put 102 there, and the parent must see that at once, not when the child \
         has ended: `{line}`"
    );
    Err(subject.explain(Failure::new(why)))
}

fn nested(trial: &mut Trial) -> Result<(), Failure> {
    let run = run(trial, &[])?;
    run.expect("nested append [1]")?;
    run.expect("nested update [1, 2]")
}
