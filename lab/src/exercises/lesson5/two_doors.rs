//! two-doors: two listeners, one wait.

use crate::lessons::common;
use crate::lessons::lesson5::doors::Doors;
use crate::lessons::lesson5::echo::expect_no_work;
use crate::{Check, Failure, Peer, Suite, Trial, proc, until};

pub(super) static TWO_DOORS: Suite = Suite {
    name: "two-doors",
    about: "A server with two listeners that answers at either, in any order",
    checks: &[
        Check {
            name: "both",
            points: 1,
            means: "Each listener has its own address, and its own ready line.",
            run: both,
        },
        Check {
            name: "any-order",
            points: 3,
            means: "accept waits at one door. poll waits at both, and says at which one somebody stands.",
            run: any_order,
        },
        Check {
            name: "one-wait",
            points: 1,
            means: "One thread is enough for any number of doors, when none of them is waited at alone.",
            run: one_wait,
        },
        Check {
            name: "idle",
            points: 1,
            means: "To look at one door and then at the other, for ever, is no wait: it takes a whole CPU.",
            run: idle,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client may be gone before you look at it. That ends one conversation, never the server.",
            run: |trial| {
                with_second_door(trial);
                common::clients_that_leave(trial, |mut peer| peer.expect_all(b"first door\n"), b"")
            },
        },
    ],
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    First,
    Second,
}

use Door::{First, Second};

impl Door {
    fn name(self) -> &'static str {
        if self == First { "first" } else { "second" }
    }

    /// One whole right conversation at this door.
    fn talk(self, doors: &Doors) -> Result<(), Failure> {
        let mut peer: Peer = if self == First { doors.first()? } else { doors.second()? };
        peer.expect_all(format!("{} door\n", self.name()).as_bytes())
    }
}

fn with_second_door(trial: &mut Trial) {
    trial.always(["--addr2", "127.0.0.1:0"].map(str::to_owned));
}

fn open(trial: &mut Trial) -> Result<Doors, Failure> {
    with_second_door(trial);
    Doors::open(trial)
}

fn both(trial: &mut Trial) -> Result<(), Failure> {
    let doors = open(trial)?;
    for door in [First, Second] {
        door.talk(&doors).map_err(|failure| failure.when(format!("a caller at the {} door", door.name())))?;
    }
    Ok(())
}

/// Nobody at the first door, then some at either.
fn any_order(trial: &mut Trial) -> Result<(), Failure> {
    let doors = open(trial)?;
    let mut order = vec![Second, Second, First, First];
    for _ in 0..4 {
        order.push(if trial.random.between(0, 1) == 0 { First } else { Second });
    }
    let mut came = Vec::new();
    for door in order {
        came.push(door.name());
        door.talk(&doors).map_err(|failure| {
            failure.when(format!(
                "callers came out of turn, in this order: {}. The last of them",
                came.join(", ")
            ))
        })?;
    }
    Ok(())
}

/// No thread stands at one door only.
fn one_wait(trial: &mut Trial) -> Result<(), Failure> {
    let doors = open(trial)?;
    First.talk(&doors)?;
    Second.talk(&doors)?;
    let pid = doors.server.subject.pid();
    // All of its threads, wherever that is.
    until(doors.server.deadline(), || proc::asleep(pid));
    let doing = proc::doing(pid);
    if doing.iter().any(|said| said.contains("sleeps for a fixed time")) {
        let why = "nobody is at either door, and the server sleeps for a fixed time, to look again later: wait for both in \
                   one call, which returns when somebody comes";
        return Err(Failure::new(why).facts(doing));
    }
    if doing.iter().any(|said| said.contains("in accept")) {
        let why = "nobody is at either door, and a thread is blocked in accept, which is to wait at one of them: wait for \
                   both in one call, then accept where somebody stands";
        return Err(Failure::new(why).facts(doing));
    }
    Ok(())
}

fn idle(trial: &mut Trial) -> Result<(), Failure> {
    let doors = open(trial)?;
    First.talk(&doors)?;
    expect_no_work(&doors.server, "nobody is at either door")
}
