//! Contenders that work for themselves: started with `CASE PROCESSES COUNT`, they end when it is done.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::contender::{python, root};
use crate::cpu;
use crate::report::notice;
use crate::rounds::{Plan, Row, Sample};

/// The count never grows beyond this.
const MOST: u64 = 100_000_000;

/// One program that does the work.
pub struct Worker {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Worker {
    /// A program beside this one.
    pub fn program(name: &'static str, program: &str) -> Self {
        let folder = env::current_exe().ok().and_then(|path| path.parent().map(PathBuf::from));
        Worker { name, program: folder.unwrap_or_default().join(program), arguments: Vec::new() }
    }

    /// A Python program, named from the workspace's folder; `None` and a notice without Python.
    pub fn python(name: &'static str, script: &str) -> Option<Self> {
        let Some(program) = python() else {
            notice(format!("{name}: skipped, there is no python3"));
            return None;
        };
        Some(Worker { name, program, arguments: vec![root().join(script).display().to_string()] })
    }

    /// CPU seconds and seconds of one run; the CPU time of its children is in it.
    fn run(&self, (case, processes): (&str, usize), count: u64) -> Result<(f64, f64)> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args([case, &processes.to_string(), &count.to_string()]);
        command.stdin(Stdio::null());
        let before = cpu::collected()?;
        let begun = Instant::now();
        let status = command.status().with_context(|| format!("cannot start {}", self.name))?;
        let time = begun.elapsed().as_secs_f64();
        ensure!(status.success(), "{}: {status}", self.name);
        Ok((cpu::collected()? - before, time))
    }

    /// A count that takes about the plan's time.
    fn count(&self, plan: &Plan, work: (&str, usize)) -> Result<u64> {
        let wanted = plan.time.as_secs_f64();
        let (_, empty) = self.run(work, 0)?;
        let mut count = 64;
        loop {
            let (_, time) = self.run(work, count)?;
            let busy = (time - empty).max(0.0);
            if busy >= wanted / 4.0 || count >= MOST {
                return Ok(((count as f64 * wanted / busy.max(1e-9)) as u64).clamp(64, MOST));
            }
            count *= 4;
        }
    }

    /// What one more costs: a run with `count` without what one with none costs.
    fn sample(&self, work: (&str, usize), count: u64) -> Result<Sample> {
        let (nothing, start) = self.run(work, 0)?;
        let (all, time) = self.run(work, count)?;
        let seconds = (time - start).max(f64::MIN_POSITIVE);
        Ok(Sample { rate: count as f64 / seconds, cost: (all - nothing) * 1e6 / count as f64 })
    }
}

/// Measures `workers` in turn: A B C A B C …
///
/// One that fails is named in a notice, and the others go on.
pub fn in_turn(plan: &Plan, case: &'static str, work: (&str, usize), workers: &[Worker]) -> Vec<Row> {
    if let Err(error) = cpu::allow(&[plan.cpus.server, plan.cpus.load]) {
        notice(format!("{error:#}"));
    }
    let counts: Vec<Result<u64>> = workers.iter().map(|worker| worker.count(plan, work)).collect();
    let new_row = |worker: &Worker| Row { case, contender: worker.name, samples: Vec::new() };
    let mut rows: Vec<Row> = workers.iter().map(new_row).collect();
    for round in 1..=plan.rounds {
        for ((worker, count), row) in workers.iter().zip(&counts).zip(&mut rows) {
            let sample = match count {
                Ok(count) => worker.sample(work, *count).map_err(|error| format!("{error:#}")),
                Err(error) => Err(format!("{error:#}")),
            };
            if let Err(error) = &sample {
                notice(format!("{case} {}, round {round}: {error}", worker.name));
            }
            row.samples.push(sample.ok());
        }
    }
    rows
}
