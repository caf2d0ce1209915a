//! The same tasks in rayon's threads: what they cost without processes.

use std::sync::mpsc::channel;

use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

fn square(n: i64) -> i64 {
    std::hint::black_box(n * n)
}

fn main() -> anyhow::Result<()> {
    let work = benches::Work::from_arguments()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(work.processes).build()?;
    let sum: i64 = match work.case.as_str() {
        "apply" => (0..work.count).map(|n| pool.install(|| square(n))).sum(),
        "apply_async" => {
            let (sender, results) = channel();
            for n in 0..work.count {
                let sender = sender.clone();
                pool.spawn(move || {
                    let _ = sender.send(square(n));
                });
            }
            drop(sender);
            results.iter().sum()
        }
        _ => {
            // ANCHOR: map
            let numbers: Vec<i64> = (0..work.count).collect();
            let chunk = work.chunk();
            let squares: Vec<i64> = pool.install(|| {
                numbers.into_par_iter().with_min_len(chunk).with_max_len(chunk).map(square).collect()
            });
            // ANCHOR_END: map
            squares.iter().sum()
        }
    };
    Ok(work.check_squares(sum)?)
}
