//! Lesson 7: threads, locks, events.

use super::endings::{expect_exit, expect_no_crash};
use crate::{Check, Exit, Failure, Stream, Subject, Suite, Trial, proc};

mod daemon;
pub(crate) mod event;
mod others;
mod race;
mod threads;

pub(super) use others::{DEADLOCK, MORE, RLOCK};

/// The checks of the program that starts threads and waits for them.
pub(super) static THREADS: Suite = Suite {
    name: "lesson7.threads",
    about: "Starts --count N threads that sleep --seconds S each, and waits for them",
    checks: &[
        Check {
            name: "lines",
            points: 2,
            means: "Each thread does its work once, and the program ends when all have.",
            run: threads::lines,
        },
        Check {
            name: "main-goes-on",
            points: 2,
            means: "start returns at once. main is a thread like the others and does not wait by itself.",
            run: threads::main_goes_on,
        },
        Check {
            name: "real-threads",
            points: 2,
            means: "A thread is known to the kernel, by a number of its own in /proc/PID/task; it is no process.",
            run: threads::real,
        },
        Check {
            name: "join",
            points: 2,
            means: "join waits for one thread. In the loop that starts them it makes them run one after \
                    the other; behind it they run together.",
            run: threads::join,
        },
        Check {
            name: "count",
            points: 1,
            means: "The number of threads is an argument.",
            run: threads::count,
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: threads::usage,
        },
        Check {
            name: "broken-stdout",
            points: 1,
            means: "`threads | head -1` ends a program; it is no failure.",
            run: threads::broken_stdout,
        },
    ],
};

/// The checks of the program with a thread that nobody waits for.
pub(super) static DAEMON: Suite = Suite {
    name: "lesson7.daemon",
    about: "A worker that is waited for, and a daemon that is not",
    checks: &[
        Check {
            name: "worker",
            points: 1,
            means: "Whoever is waited for ends its work: its last line and its cleaning up come.",
            run: daemon::worker,
        },
        Check {
            name: "daemon",
            points: 2,
            means: "A daemon thread ends with the process, in the middle of its work and without cleaning up.",
            run: daemon::is_cut,
        },
        Check {
            name: "real-threads",
            points: 1,
            means: "Both are threads of the process that prints `main ends`.",
            run: daemon::real,
        },
    ],
};

/// The checks of the program that loses updates.
pub(super) static RACE: Suite = Suite {
    name: "lesson7.race",
    about: "An update that is lost, and what a lock does about it",
    checks: &[
        Check {
            name: "cures",
            points: 1,
            means: "With a lock, or with a channel, nothing is lost.",
            run: race::cures,
        },
        Check {
            name: "lost",
            points: 2,
            means: "A race that shows itself now and then cannot be studied. A meeting of both threads \
                    between load and store makes it show itself on every run.",
            run: race::lost,
        },
        Check {
            name: "sleep-outside",
            points: 2,
            means: "A lock is held while something shared is changed, and not longer: whoever sleeps \
                    with it makes all others wait.",
            run: race::sleep_outside,
        },
    ],
};

/// The checks of the gate.
pub(super) static EVENT: Suite = Suite {
    name: "lesson7.event",
    about: "--count N threads: the even ones wait until somebody types `true`",
    checks: &[
        Check {
            name: "gate",
            points: 2,
            means: "Who does not wait runs at once. set lets all go on who wait.",
            run: event::gate,
        },
        Check {
            name: "wrong-input",
            points: 2,
            means: "Only the line `true` opens the gate. After anything else it stays closed, and the \
                    program asks again.",
            run: event::wrong_input,
        },
        Check {
            name: "end-of-input",
            points: 2,
            means: "After the end of the input nobody can open the gate: threads that wait on would \
                    wait for ever, and the program with them.",
            run: event::end_of_input,
        },
        Check {
            name: "asleep",
            points: 2,
            means: "wait sleeps in the kernel until set. To look again and again takes a CPU, and is \
                    late all the same.",
            run: event::asleep,
        },
        Check {
            name: "real-threads",
            points: 1,
            means: "Who waits is a thread of this process.",
            run: event::real,
        },
        Check {
            name: "stop",
            points: 1,
            means: "Ctrl-C ends a program that waits, in order and with its threads.",
            run: event::stop,
        },
        Check {
            name: "states",
            points: 1,
            means: "An event begins cleared. After set, wait returns at once; after clear, it waits again.",
            run: event::states,
        },
        Check {
            name: "in-pieces",
            points: 1,
            means: "A line is what ends with a newline, in however many pieces it is typed.",
            run: event::in_pieces,
        },
        Check { name: "count", points: 1, means: "The number of threads is an argument.", run: event::count },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: event::usage,
        },
    ],
};

/// Waits for the end with code 0; all that was printed.
pub(crate) fn to_the_end(trial: &Trial, subject: &Subject) -> Result<Vec<String>, Failure> {
    expect_exit(trial, subject, Exit::Code(0))?;
    expect_no_crash(subject)?;
    Ok(subject.tail(Stream::Stdout, usize::MAX))
}

/// Waits for a line that is exactly this.
pub(crate) fn await_line(trial: &Trial, subject: &Subject, text: &str) -> Result<(), Failure> {
    subject.line(Stream::Stdout, text, trial.deadline(), &mut |line| line == text).map(drop)
}

/// How often each of these lines was printed; each must be there once.
pub(crate) fn expect_once(subject: &Subject, printed: &[String], lines: &[String]) -> Result<(), Failure> {
    for line in lines {
        let times = printed.iter().filter(|printed| *printed == line).count();
        if times != 1 {
            let why = format!("the line `{line}` must be printed once; it was printed {times} times");
            return Err(subject.explain(Failure::new(why)));
        }
    }
    Ok(())
}

/// That the process has started no other one.
pub(crate) fn expect_no_children(subject: &Subject) -> Result<(), Failure> {
    let children = proc::children(subject.pid())?;
    if children.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "these should be threads, but the process has {} children: a process has memory of its own, a thread shares it",
        children.len()
    )))
}
