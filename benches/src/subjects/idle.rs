//! Lesson 5: what clients cost that say nothing.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::contender::Contender;
use crate::cpu;
use crate::load::exchange::Echo;
use crate::load::lasting::Lasting;
use crate::machine;
use crate::plot::{self, Line};
use crate::report::{Table, notice, result_file};
use crate::rounds::{Plan, Sample, in_turn};

/// Idle clients.
const CLIENTS: usize = 10_000;

fn contenders() -> Vec<Contender> {
    let mut all = vec![
        Contender::program("mio by hand", "mio_echo", ""),
        Contender::program("netkit epoll", "lesson5", "server --quiet --addr 127.0.0.1:0"),
        Contender::program("netkit poll", "lesson5", "server --quiet --mechanism poll --addr 127.0.0.1:0"),
        Contender::program("tokio (4 KiB each)", "tokio_echo", ""),
    ];
    let twin = "server --quiet --mechanism epoll --addr 127.0.0.1:0";
    all.extend(Contender::python("Python twin (epoll)", "lessons/lesson5/original.py", twin));
    all
}

/// # Errors
/// The results cannot be written.
pub fn run(plan: &Plan) -> Result<()> {
    // Memory does not jump about as time does.
    let plan = Plan { rounds: plan.rounds.min(3), ..*plan };
    let rows = in_turn(&plan, "", &contenders(), |running| {
        let pid = running.server.pid();
        let before = cpu::memory_of(pid)?;
        let begun = std::time::Instant::now();
        // Each has had one echo: what a server keeps for a client is there.
        let clients = Lasting::open(running.server.addr, CLIENTS, Echo::new())?;
        let seconds = begun.elapsed().as_secs_f64();
        let more = cpu::memory_of(pid)?.saturating_sub(before);
        drop(clients);
        Ok(Sample { rate: CLIENTS as f64 / seconds, cost: more as f64 / CLIENTS as f64 })
    });
    Table {
        subject: "idle",
        title: "memory of 10,000 idle clients (rate: opened a second)",
        unit: "bytes of the server per client",
        reference: &["mio by hand"],
        rows,
    }
    .publish(&plan)?;
    waits(&plan)
}

/// `lesson5 compare` measures; here its numbers become a plot.
fn waits(plan: &Plan) -> Result<()> {
    let path = result_file(plan, "wait", "csv")?;
    let program = std::env::current_exe()?.with_file_name("lesson5");
    cpu::pin(None, plan.cpus.server)?;
    let output = Command::new(&program).args(["compare", "--csv"]).arg(&path).output();
    cpu::pin(None, plan.cpus.load)?;
    let output = output.with_context(|| format!("cannot run {}", program.display()))?;
    ensure!(output.status.success(), "lesson5 compare: {}", String::from_utf8_lossy(&output.stderr).trim());
    let machine = machine::line();
    let csv = fs::read_to_string(&path)?;
    fs::write(&path, format!("# {machine}\n{csv}"))?;
    let mut lines: Vec<Line> = Vec::new();
    let mut table = format!("\n## wait: one wait with so many descriptors watched\n{machine}\n\n");
    table += "| case | mechanism | descriptors | µs of CPU per wait |\n|---|---|---:|---:|\n";
    for row in csv.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let [case, mechanism, descriptors, cost] = fields[..] else { continue };
        table += &format!("| {case} | {mechanism} | {descriptors} | {cost} |\n");
        let point = (descriptors.parse()?, cost.parse()?);
        let name = format!("{mechanism}, {}", if case == "idle" { "none ready" } else { "all ready" });
        match lines.iter_mut().find(|line| line.name == name) {
            Some(line) => line.points.push(point),
            None => lines.push(Line { name, points: vec![point] }),
        }
    }
    crate::report::print(&table)?;
    if lines.is_empty() {
        notice("wait: lesson5 compare measured nothing");
        return Ok(());
    }
    let axes = ("descriptors watched", "µs of CPU per wait");
    plot::lines("what one wait costs", axes, &machine, &lines, &result_file(plan, "wait", "svg")?)
}
