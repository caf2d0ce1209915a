//! loss-count: what became of numbered datagrams.

use std::collections::BTreeSet;

use super::open;
use crate::{Check, Failure, Random, Server, Stream, Suite, Trial};

/// Of the numbers there are this many; then they begin anew.
const TURN: u64 = 1 << 16;

pub(super) static LOSS_COUNT: Suite = Suite {
    name: "loss-count",
    about: "A UDP server that counts what was lost, late and doubled in a burst of numbered datagrams",
    checks: &[
        Check {
            name: "free-port",
            points: 1,
            means: "With port 0 the kernel picks a free port; the ready line tells which (getsockname).",
            run: |trial| trial.serve(&[]).map(drop),
        },
        Check {
            name: "in-order",
            points: 1,
            means: "The first datagram says where the numbers begin. What was before it is not known, so not lost.",
            run: in_order,
        },
        Check {
            name: "lost",
            points: 1,
            means: "UDP does not say that a datagram was lost. Only a gap in the numbers does.",
            run: lost,
        },
        Check {
            name: "reordered",
            points: 2,
            means: "A gap is a suspicion: what is missing may be late. Late is not lost.",
            run: reordered,
        },
        Check {
            name: "doubled",
            points: 1,
            means: "A datagram may come twice; a copy makes up for no other one.",
            run: doubled,
        },
        Check {
            name: "wrap",
            points: 2,
            means: "After 65,535 comes 0: on a circle the shorter way says who is first.",
            run: wrap,
        },
        Check {
            name: "long-gaps",
            points: 1,
            means: "After a whole turn the same number is another datagram; a count must be wider than a number.",
            run: long_gaps,
        },
    ],
};

/// Positions in the order in which they are sent; the number of each is its remainder.
type Burst = Vec<u64>;

/// What should be printed about it, counted from the positions.
fn line(burst: &Burst) -> String {
    let (mut came, mut highest) = (BTreeSet::new(), 0);
    let (mut reordered, mut doubled) = (0, 0);
    for &position in burst {
        if !came.insert(position) {
            doubled += 1;
        } else if position < highest {
            reordered += 1;
        }
        highest = highest.max(position);
    }
    let span = burst.first().map_or(0, |first| highest - first + 1);
    let lost = span - came.len() as u64;
    format!("received {}, lost {lost}, reordered {reordered}, doubled {doubled}", burst.len())
}

/// Sends the burst and takes the next line, whatever it is; `why` says what it means when it is wrong.
fn count(server: &Server, burst: &Burst, why: &str) -> Result<(), Failure> {
    let mut peer = open(server)?;
    for position in burst {
        peer.send(server.addr, &((position % TURN) as u16).to_be_bytes())?;
    }
    peer.send(server.addr, b"")?;
    let expected = line(burst);
    let printed = server.subject.line(Stream::Stdout, &expected, server.deadline(), &mut |_| true);
    let numbers: Vec<String> = burst.iter().map(|position| (position % TURN).to_string()).collect();
    let numbers = match numbers.len() {
        0..=40 => numbers.join(" "),
        _ => format!(
            "{} … ({} numbers) … {}",
            numbers[..10].join(" "),
            burst.len(),
            numbers[numbers.len() - 10..].join(" ")
        ),
    };
    let sent = format!("the numbers were {numbers}");
    match printed {
        Ok(printed) if printed == expected => Ok(()),
        Ok(printed) => Err(Failure::new(why).compared(printed.as_bytes(), expected.as_bytes()).fact(sent)),
        Err(failure) => Err(failure.fact(sent)),
    }
}

/// A burst without any trouble, which does not come near the end of the turn.
fn whole(random: &mut Random, length: u64) -> Burst {
    let first = random.between(1000, 60_000) as u64;
    (first..first + length).collect()
}

fn in_order(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for why in [
        "all numbers came in order: whatever was before the first one belongs to no burst, and is not lost",
        "a second burst has other numbers: the counts begin anew, and nothing before the first one is lost",
        "a third burst: the counts begin anew",
    ] {
        count(&server, &whole(&mut trial.random, 50), why)?;
    }
    count(&server, &Vec::new(), "a burst without a datagram")
}

fn lost(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut burst = whole(&mut trial.random, 80);
    // Neither the first nor the last one: nobody could know.
    for _ in 0..10 {
        burst.remove(trial.random.between(1, burst.len() - 2));
    }
    count(
        &server,
        &burst,
        "ten numbers in the middle were never sent: these are lost, and nothing else happened",
    )
}

fn reordered(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut burst = whole(&mut trial.random, 60);
    burst.swap(10, 11);
    // Behind five later ones.
    let late = burst.remove(trial.random.between(20, 30));
    burst.insert(35, late);
    count(
        &server,
        &burst,
        "all numbers came, two of them late: whoever takes a gap for a loss counts reordering as loss",
    )?;
    // Late ones and lost ones together.
    burst.drain(40..43);
    count(
        &server,
        &burst,
        "two numbers came late, three never: whoever takes a gap for a loss counts reordering as loss",
    )
}

fn doubled(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut burst = whole(&mut trial.random, 40);
    burst.insert(10, burst[9]);
    burst.insert(20, burst[15]);
    count(&server, &burst, "two numbers came twice, and nothing is lost or late")?;
    burst.drain(30..32);
    count(&server, &burst, "two numbers came twice and two others never: a copy does not make up for a loss")
}

fn wrap(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let first = TURN - trial.random.between(20, 30) as u64;
    let mut burst: Burst = (first..first + 60).collect();
    let why = "all numbers came in order, and after 65,535 comes 0: it is one step ahead, not far behind";
    count(&server, &burst, why)?;
    // Lost on both sides of the turn, late across it, doubled across it.
    burst.remove(3);
    burst.remove(50);
    let last = (TURN - 1 - first - 1) as usize;
    let late = burst.remove(last);
    burst.insert(last + 4, late);
    burst.insert(last + 8, burst[last - 2]);
    count(&server, &burst, "across the turn two are lost, 65,535 comes late (behind 0) and one twice")
}

fn long_gaps(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut burst = whole(&mut trial.random, 5);
    for _ in 0..4 {
        let next = burst[burst.len() - 1] + trial.random.between(25_000, 32_767) as u64;
        burst.extend(next..next + 5);
    }
    count(
        &server,
        &burst,
        "four gaps, together more than a whole turn of 65,536 numbers: each lost number counts",
    )
}
