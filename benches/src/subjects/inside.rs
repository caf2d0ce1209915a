//! Lesson 7: what happens inside one process. The contenders measure themselves.

use anyhow::{Context, Result};

use crate::contender::Contender;
use crate::cpu;
use crate::report::{Table, notice};
use crate::rounds::{Plan, Row, Sample};

/// How often threads can add to one number under one lock.
///
/// # Errors
/// The results cannot be written.
pub fn locks(plan: &Plan) -> Result<()> {
    let mut rows = Vec::new();
    for (case, threads) in [("alone", 1), ("2 threads", 2), ("4 threads", 4), ("8 threads", 8)] {
        let arguments = |lock: &str| format!("--lock {lock} --threads {threads}");
        let mut contenders = vec![
            Contender::program("parking_lot ReentrantMutex", "locks", &arguments("parking_lot")),
            Contender::program("netkit ReentrantLock", "locks", &arguments("netkit")),
            Contender::program("std Mutex (not reentrant)", "locks", &arguments("std")),
        ];
        contenders.extend(Contender::python("Python RLock", "benches/peers/locks.py", &arguments("")));
        rows.extend(in_turn(plan, case, &contenders, 1.0, None));
    }
    Table {
        subject: "locks",
        title: "lock, add 1, unlock",
        unit: "ns of CPU per operation",
        reference: &["parking_lot ReentrantMutex"],
        rows,
    }
    .publish(plan)
}

/// How long it takes from a set to the wake of who waits.
///
/// # Errors
/// The results cannot be written.
pub fn event(plan: &Plan) -> Result<()> {
    let mut rows = Vec::new();
    for (case, only) in [("one CPU", Some(plan.cpus.load)), ("two CPUs", None)] {
        let mut contenders = vec![
            Contender::program("std Mutex and Condvar", "event", "--event std"),
            Contender::program("parking_lot", "event", "--event parking_lot"),
            Contender::program("netkit Event", "event", "--event netkit"),
        ];
        contenders.extend(Contender::python("Python Event", "benches/peers/event.py", ""));
        rows.extend(in_turn(plan, case, &contenders, 1e-3, only));
    }
    Table {
        subject: "event",
        title: "set, and wake who waits",
        unit: "µs of CPU per wake",
        reference: &["std Mutex and Condvar"],
        rows,
    }
    .publish(plan)
}

/// A B C A B C …, as for servers. The contender's own time is its turn.
fn in_turn(
    plan: &Plan,
    case: &'static str,
    contenders: &[Contender],
    unit: f64,
    only: Option<usize>,
) -> Vec<Row> {
    let new_row = |contender: &Contender| Row { case, contender: contender.name, samples: Vec::new() };
    let mut rows: Vec<Row> = contenders.iter().map(new_row).collect();
    for round in 1..=plan.rounds {
        for (contender, row) in contenders.iter().zip(&mut rows) {
            let sample = turn(plan, contender, unit, only);
            if let Err(error) = &sample {
                notice(format!("{case} {}, round {round}: {error:#}", contender.name));
            }
            row.samples.push(sample.ok());
        }
    }
    rows
}

fn turn(plan: &Plan, contender: &Contender, unit: f64, only: Option<usize>) -> Result<Sample> {
    let mut command = contender.command();
    command.args(["--millis", &(plan.time / 2).as_millis().to_string()]);
    // A child runs where its parent may.
    cpu::allow(&only.map_or(vec![plan.cpus.server, plan.cpus.load], |cpu| vec![cpu]))?;
    let output = command.output().with_context(|| format!("cannot run {}", contender.name))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [count, clock, spent] = numbers[..] else {
        anyhow::bail!("it says {text:?} {}", String::from_utf8_lossy(&output.stderr).trim());
    };
    anyhow::ensure!(count > 0.0, "it has done nothing");
    Ok(Sample { rate: count / clock * 1e9, cost: spent / count * unit })
}
