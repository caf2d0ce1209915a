//! Lesson 2: `Hello, World` over HTTP/1.1.

use anyhow::Result;

use super::WARM_UP;
use crate::contender::Contender;
use crate::load::brief::{self, Ending};
use crate::load::exchange::Hello;
use crate::load::lasting::Lasting;
use crate::report::Table;
use crate::rounds::{Plan, cpu_of, in_turn};

/// Connections at a time.
const WIDTH: usize = 64;

fn contenders() -> Vec<Contender> {
    let mut all = vec![
        Contender::program("mio by hand", "mio_hello", ""),
        Contender::program("netkit lesson2 server", "lesson2", "server --addr 127.0.0.1:0"),
        Contender::program("netkit lesson2 threads", "lesson2", "threads --addr 127.0.0.1:0"),
        Contender::program("hyper", "hyper_hello", ""),
    ];
    all.extend(Contender::nginx("nginx"));
    all.extend(Contender::python("Python twin", "lessons/lesson2/original.py", "server --addr 127.0.0.1:0"));
    all
}

/// # Errors
/// The results cannot be written.
pub fn keep_alive(plan: &Plan) -> Result<()> {
    let rows = in_turn(plan, "", &contenders(), |running| {
        let mut load = Lasting::open(running.server.addr, WIDTH, Hello::keep_alive())?;
        load.run(WIDTH, WARM_UP)?;
        cpu_of(plan, running, || load.run(WIDTH, plan.time))
    });
    Table {
        subject: "hello",
        title: "web hello, keep-alive, 64 connections",
        unit: "µs of CPU per request",
        reference: &["mio by hand"],
        rows,
    }
    .publish(plan)
}

/// # Errors
/// The results cannot be written.
pub fn close(plan: &Plan) -> Result<()> {
    let mut contenders = contenders();
    // The same goodbye as lesson 2's: no reply is lost to a client that still sends.
    contenders.insert(1, Contender::program("mio by hand, lingering", "mio_hello", "--linger"));
    let rows = in_turn(plan, "", &contenders, |running| {
        let addr = running.server.addr;
        brief::run(addr, WIDTH, WARM_UP, Ending::Server, &mut Hello::close())?;
        cpu_of(plan, running, || brief::run(addr, WIDTH, plan.time, Ending::Server, &mut Hello::close()))
    });
    Table {
        subject: "hello-close",
        title: "web hello, Connection: close, 64 at a time",
        unit: "µs of CPU per request",
        reference: &["mio by hand"],
        rows,
    }
    .publish(plan)
}
