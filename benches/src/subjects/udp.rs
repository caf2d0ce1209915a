//! Lesson 3: to receive datagrams.

use anyhow::Result;

use super::WARM_UP;
use crate::contender::Contender;
use crate::load::datagrams::Datagrams;
use crate::report::Table;
use crate::rounds::{Plan, cpu_of, in_turn};

/// # Errors
/// The results cannot be written.
pub fn run(plan: &Plan) -> Result<()> {
    let mut contenders = vec![
        Contender::program("std UdpSocket", "udp_std", ""),
        Contender::program("netkit Socket", "udp_netkit", ""),
        Contender::program("tokio", "udp_tokio", ""),
    ];
    contenders.extend(Contender::python("Python socket", "benches/peers/udp.py", ""));
    let rows = in_turn(plan, "", &contenders, |running| {
        let load = Datagrams::to(running.server.addr)?;
        load.run(WARM_UP)?;
        cpu_of(plan, running, || load.run(plan.time))
    });
    Table {
        subject: "udp",
        title: "receive datagrams of 64 bytes",
        unit: "µs of CPU per datagram received",
        reference: &["std UdpSocket"],
        rows,
    }
    .publish(plan)
}
