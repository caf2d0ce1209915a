//! The same tasks in procspawn's pool. It has no chunks: a task is a vector.

use procspawn::Pool;

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
        let handles: Vec<_> = numbers.chunks(work.chunk()).map(|chunk| squares(chunk.to_vec())).collect();
        for handle in handles {
            sum += handle.join()?;
        }
    }
    work.check_squares(sum)?;
    pool.shutdown();
    Ok(())
}
