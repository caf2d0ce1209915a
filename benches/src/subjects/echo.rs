//! Lesson 5: echo, 64 requests under way, over more and more connections.

use anyhow::Result;

use super::WARM_UP;
use crate::contender::Contender;
use crate::load::exchange::Echo;
use crate::load::lasting::Lasting;
use crate::report::Table;
use crate::rounds::{Plan, cpu_of, in_turn};

/// Requests under way.
const ACTIVE: usize = 64;

/// Open connections: how they are called, how many, and whether select and threads take part.
const SIZES: [(&str, usize, bool, bool); 3] = [
    ("64 of 64", 64, true, true),
    ("64 of 1,000", 1_000, false, true),
    ("64 of 10,000", 10_000, false, false),
];

fn contenders(with_select: bool, with_threads: bool) -> Vec<Contender> {
    let mut all = vec![
        Contender::program("mio by hand", "mio_echo", ""),
        Contender::program("netkit epoll", "lesson5", "server --quiet --addr 127.0.0.1:0"),
        Contender::program("tokio", "tokio_echo", ""),
        Contender::program("polling by hand", "polling_echo", ""),
        Contender::program("netkit poll", "lesson5", "server --quiet --mechanism poll --addr 127.0.0.1:0"),
    ];
    if with_select {
        let arguments = "server --quiet --mechanism select --addr 127.0.0.1:0";
        all.push(Contender::program("netkit select", "lesson5", arguments));
    }
    if with_threads {
        all.push(Contender::program("a thread each (std)", "threads_echo", ""));
    }
    let twin = "server --quiet --mechanism epoll --addr 127.0.0.1:0";
    all.extend(Contender::python("Python twin (epoll)", "lessons/lesson5/original.py", twin));
    all
}

/// # Errors
/// The results cannot be written.
pub fn run(plan: &Plan) -> Result<()> {
    let mut rows = Vec::new();
    for (case, size, with_select, with_threads) in SIZES {
        let contenders = contenders(with_select, with_threads);
        rows.extend(in_turn(plan, case, &contenders, |running| {
            let mut load = Lasting::open(running.server.addr, size, Echo::new())?;
            load.run(ACTIVE, WARM_UP)?;
            cpu_of(plan, running, || load.run(ACTIVE, plan.time))
        }));
    }
    Table {
        subject: "echo",
        title: "echo of 64 bytes, 64 active of so many connections",
        unit: "µs of CPU per echo",
        reference: &["mio by hand"],
        rows,
    }
    .publish(plan)
}
