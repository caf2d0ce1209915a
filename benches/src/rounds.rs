//! Contenders in turn, round after round, and what is made of their numbers.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::contender::{Contender, Running};
use crate::cpu::{self, Cpus};
use crate::load::{Done, SETTLE};
use crate::report::notice;

/// Of the time of one turn, so much must be CPU time of the server.
const ENOUGH: f64 = 0.6;

/// A turn takes at most so many times its time.
const MOST: u32 = 4;

/// How much is measured.
pub struct Plan {
    pub rounds: u32,
    /// How long one contender works in one round, if it has a CPU to itself.
    pub time: Duration,
    pub quick: bool,
    pub cpus: Cpus,
}

/// One number of one round.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Operations a second, by the clock.
    pub rate: f64,
    /// What one operation costs, in the table's unit.
    pub cost: f64,
}

/// One contender and its rounds; `None` where it failed.
pub struct Row {
    pub case: &'static str,
    pub contender: &'static str,
    pub samples: Vec<Option<Sample>>,
}

/// Measures `contenders` in turn: A B C A B C …
///
/// One that fails is named in a notice, and the others go on.
pub fn in_turn(
    plan: &Plan,
    case: &'static str,
    contenders: &[Contender],
    mut trial: impl FnMut(&Running) -> Result<Sample>,
) -> Vec<Row> {
    let new_row = |contender: &Contender| Row { case, contender: contender.name, samples: Vec::new() };
    let mut rows: Vec<Row> = contenders.iter().map(new_row).collect();
    for round in 1..=plan.rounds {
        for (contender, row) in contenders.iter().zip(&mut rows) {
            let sample = contender.start(plan.cpus).and_then(|running| trial(&running));
            if let Err(error) = &sample {
                notice(format!("{case} {}, round {round}: {error:#}", contender.name));
            }
            row.samples.push(sample.ok());
        }
    }
    rows
}

/// Runs `work` on a server and reads its CPU clock before and after: the cost is µs per operation.
///
/// The clock has ticks of 10 ms. On a busy machine a server gets few of them in a second, so the
/// work is done again until it has had enough, or it has taken too long.
///
/// # Errors
/// Those of the work; the server is gone.
pub fn cpu_of(plan: &Plan, running: &Running, mut work: impl FnMut() -> Result<Done>) -> Result<Sample> {
    let pid = running.server.pid();
    let begun = Instant::now();
    let before = cpu::time_of(pid)?;
    let mut all = Done { count: 0, time: Duration::ZERO };
    loop {
        let done = work()?;
        all = Done { count: all.count + done.count, time: all.time + done.time };
        // What the last operation leaves to be done (to close, to collect a child) belongs to it.
        std::thread::sleep(SETTLE);
        let spent = cpu::time_of(pid)? - before;
        if spent >= plan.time.as_secs_f64() * ENOUGH || begun.elapsed() >= plan.time * MOST {
            let count = all.count as f64;
            return Ok(Sample { rate: count / all.time.as_secs_f64(), cost: spent * 1e6 / count });
        }
    }
}

impl Row {
    /// The median of some number of its rounds; `None` without any.
    pub fn median(&self, number: impl Fn(&Sample) -> f64) -> Option<f64> {
        median(self.samples.iter().flatten().map(number).collect())
    }

    /// Cost compared with another's in the same round: median, least, most.
    pub fn ratio(&self, other: &Row) -> Option<(f64, f64, f64)> {
        let pairs = self.samples.iter().zip(&other.samples);
        let ratios: Vec<f64> = pairs
            .filter_map(|(ours, theirs)| Some((*ours)?.cost / (*theirs)?.cost))
            .filter(|ratio| ratio.is_finite())
            .collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        Some((median(ratios)?, least, most))
    }
}

fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    match numbers.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(numbers[half]),
        _ => Some((numbers[half - 1] + numbers[half]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let sample = |cost| Some(Sample { rate: 1.0, cost });
        let row = |samples| Row { case: "", contender: "", samples };
        let ours = row(vec![sample(2.0), None, sample(40.0), sample(3.0)]);
        let theirs = row(vec![sample(1.0), sample(1.0), sample(10.0), sample(1.0)]);
        assert_eq!(ours.ratio(&theirs), Some((3.0, 2.0, 4.0)));
    }
}
