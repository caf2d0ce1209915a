//! The same tasks in procspawn's pool. It has no chunks: a task is a vector.

use std::collections::VecDeque;

use procspawn::Pool;

/// Tasks on their way: each has a channel, and so descriptors, of its own.
const WINDOW: usize = 64;

fn main() -> anyhow::Result<()> {
    procspawn::init();
    let work = benches::Work::from_arguments()?;
    let pool = Pool::new(work.processes)?;
    let squares = |chunk: Vec<i64>| pool.spawn(chunk, |chunk| chunk.iter().map(|n| n * n).sum::<i64>());
    let mut sum = 0;
    if work.case == "apply" {
        for n in 0..work.count {
            sum += squares(vec![n]).join()?;
        }
    } else {
        let numbers: Vec<i64> = (0..work.count).collect();
        let mut under_way = VecDeque::new();
        for chunk in numbers.chunks(work.chunk()) {
            if under_way.len() == WINDOW
                && let Some(handle) = under_way.pop_front()
            {
                let handle: procspawn::JoinHandle<i64> = handle;
                sum += handle.join()?;
            }
            under_way.push_back(squares(chunk.to_vec()));
        }
        for handle in under_way {
            sum += handle.join()?;
        }
    }
    work.check_squares(sum)?;
    pool.shutdown();
    Ok(())
}
