//! slow-reader: one client does not read, and nobody else notices.

use crate::lessons::lesson5::echo::{self, block, connect_many, echo, expect_no_work, talk};
use crate::lessons::lesson5::load::{expect_bounded, expect_prompt};
use crate::{Check, Failure, Suite, Trial, proc};

/// What the client that does not read sends.
const OFFERED: usize = 50_000_000;

pub(super) static SLOW_READER: Suite = Suite {
    name: "slow-reader",
    about: "An echo server that waits for nobody, not even for a client that does not read",
    checks: &[
        Check {
            name: "echo",
            points: 1,
            means: "What a client says comes back, byte for byte.",
            run: echo::one_client,
        },
        Check {
            name: "others",
            points: 3,
            means: "A write that waits for one client makes all wait. So nothing waits: what the kernel does not take \
                    now stays in a queue, and poll tells when it takes more.",
            run: others,
        },
        Check {
            name: "bounded",
            points: 2,
            means: "A queue that a client fills needs a limit. Who does not read is not read from: then the kernel holds \
                    the client back, not your memory.",
            run: bounded,
        },
        Check {
            name: "every-byte",
            points: 3,
            means: "write says how much it took. The rest is yours until it is taken. And `WouldBlock` from a read or a \
                    write is no end: keep the client.",
            run: every_byte,
        },
        Check {
            name: "tail",
            points: 2,
            means: "A client that has said all still wants what is queued for it: EOF ends the reading, not the \
                    connection.",
            run: echo::tail,
        },
    ],
};

fn others(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let mut others = connect_many(&server, 3)?;
    expect_prompt(&server, &mut others, "with clients that read")?;
    let mut deaf = server.connect()?;
    let taken = deaf.fill(&block, OFFERED) >> 10;
    expect_prompt(&server, &mut others, &format!("while one client has sent {taken} kB and reads nothing"))?;
    expect_no_work(&server, "one client does not read, nobody says anything")
}

fn bounded(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let mut deaf = server.connect()?;
    echo(&mut deaf, &block)?;
    let before = proc::memory(server.subject.pid())?.peak;
    let taken = deaf.fill(&block, OFFERED);
    expect_bounded(&server, before, &format!("a client sent {} MB and read nothing", taken / 1_000_000))
}

fn every_byte(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let mut deaf = server.connect()?.until(server.whole_deadline());
    let taken = deaf.fill(&block, OFFERED);
    let heard = deaf.exchange(&block, taken, OFFERED);
    heard.map_err(|failure| {
        failure.when("a client that did not read begins to; every byte of its 50 MB must come, in order")
    })?;
    talk(deaf).map_err(|failure| failure.when("the client that did not read, after it has got everything"))
}
