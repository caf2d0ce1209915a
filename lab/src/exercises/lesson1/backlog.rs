//! backlog: how many can wait.

use crate::lessons::endings::expect_exit;
use crate::{Check, Exit, Failure, Stream, Subject, Suite, Trial};

pub(super) static BACKLOG: Suite = Suite {
    name: "backlog",
    about: "A program that finds out how many clients can wait to be accepted",
    checks: &[
        Check {
            name: "does-not-hang",
            points: 2,
            means: "When the queue is full, the kernel drops a client's first packet. The client is not refused: it tries \
                    again, for minutes. Give connect a timeout.",
            run: does_not_hang,
        },
        Check {
            name: "counts",
            points: 3,
            means: "listen(n) lets n + 1 clients wait on Linux: the queue is full when it holds more than n.",
            run: counts,
        },
        Check {
            name: "many",
            points: 1,
            means: "The number is looked for, not guessed: go on as long as connects finish.",
            run: |trial| {
                let backlog = trial.random.between(100, 300);
                expect_count(trial, &start(trial, backlog)?, backlog)
            },
        },
    ],
};

fn start(trial: &Trial, backlog: usize) -> Result<Subject, Failure> {
    trial.start("", &[&backlog.to_string()], false)
}

fn does_not_hang(trial: &mut Trial) -> Result<(), Failure> {
    let backlog = trial.random.between(1, 9);
    let subject = start(trial, backlog)?;
    subject.wait(trial.deadline()).map_err(|failure| {
        failure.when(format!(
            "backlog {backlog}, where a connect that finds the queue full is neither finished nor refused, but waits"
        ))
    })?;
    expect_exit(trial, &subject, Exit::Code(0))
}

fn counts(trial: &mut Trial) -> Result<(), Failure> {
    let some = trial.random.between(2, 20);
    let starts = [0, 1, some].map(|backlog| (backlog, start(trial, backlog)));
    starts.into_iter().try_for_each(|(backlog, subject)| expect_count(trial, &subject?, backlog))
}

/// That it prints the right number and nothing else, and ends.
fn expect_count(trial: &Trial, subject: &Subject, backlog: usize) -> Result<(), Failure> {
    let circumstances = format!("backlog {backlog}");
    expect_exit(trial, subject, Exit::Code(0)).map_err(|failure| failure.when(&circumstances))?;
    let printed = subject.line(Stream::Stdout, "a number", trial.deadline(), &mut |_| true)?;
    let expected = backlog + 1;
    let more = subject.tail(Stream::Stdout, usize::MAX).len() > 1;
    let why = match printed.parse::<usize>() {
        Ok(count) if count == expected && !more => return Ok(()),
        Ok(count) if count == expected => "more was printed than one line with the number".to_owned(),
        Ok(count) if count == backlog => {
            "the queue holds one more than its backlog: did a further client try?".to_owned()
        }
        Ok(count) if (expected..expected + 50).contains(&count) => {
            format!(
                "{} of them are connects that hang: one that was not refused has not finished yet",
                count - expected
            )
        }
        Ok(count) if count > expected => {
            "far too many could wait: `listen` was called with another backlog".to_owned()
        }
        Ok(_) => "not all connects that finish were counted".to_owned(),
        Err(_) => "the line should be a number and nothing else".to_owned(),
    };
    let why = format!("{circumstances}: {why}");
    Err(Failure::new(why).compared(printed.as_bytes(), expected.to_string().as_bytes()))
}
