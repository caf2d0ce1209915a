//! Lessons 5 and 6: connect, echo, close.

use anyhow::Result;

use super::WARM_UP;
use crate::contender::Contender;
use crate::load::brief::{self, Ending};
use crate::load::exchange::Echo;
use crate::report::Table;
use crate::rounds::{Plan, cpu_of, in_turn};

/// Connections at a time.
const WIDTH: usize = 32;

fn contenders() -> Vec<Contender> {
    let dispatch = |name, arguments: &str| {
        Contender::program(
            name,
            "lesson6",
            &format!("server --handler echo --addr 127.0.0.1:0 --dispatch {arguments}"),
        )
    };
    let mut all = vec![
        Contender::program("mio by hand", "mio_echo", ""),
        Contender::program("netkit event loop", "lesson5", "server --quiet --addr 127.0.0.1:0"),
        Contender::program("tokio", "tokio_echo", ""),
        Contender::program("a thread each (std)", "threads_echo", ""),
        dispatch("netkit threading", "threading"),
        dispatch("netkit pooled", "pooled"),
        dispatch("netkit forking", "forking"),
    ];
    let peer = "benches/peers/socketserver_echo.py";
    all.extend(Contender::python("CPython ThreadingTCPServer", peer, "threading"));
    all.extend(Contender::python("CPython ForkingTCPServer", peer, "forking"));
    all
}

/// # Errors
/// The results cannot be written.
pub fn run(plan: &Plan) -> Result<()> {
    let rows = in_turn(plan, "", &contenders(), |running| {
        let addr = running.server.addr;
        brief::run(addr, WIDTH, WARM_UP, Ending::Client, &mut Echo::new())?;
        cpu_of(plan, running, || brief::run(addr, WIDTH, plan.time, Ending::Client, &mut Echo::new()))
    });
    Table {
        subject: "connect-echo-close",
        title: "connect, echo, close, 32 at a time",
        unit: "µs of CPU per connection",
        reference: &["mio by hand"],
        rows,
    }
    .publish(plan)
}
