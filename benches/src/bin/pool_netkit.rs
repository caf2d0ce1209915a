//! Does a number of tasks in netkit's pool: `pool_netkit CASE PROCESSES COUNT`.

use netkit::pool::Pool;
use netkit::{process, tasks};

fn square(n: i64) -> i64 {
    n * n
}

fn main() -> anyhow::Result<()> {
    process::init(tasks![square]);
    let work = benches::Work::from_arguments()?;
    let pool = Pool::new(work.processes)?;
    let sum: i64 = match work.case.as_str() {
        "apply" => (0..work.count).map(|n| pool.apply(square, n)).sum::<Result<i64, _>>()?,
        "apply_async" => {
            let results: Result<Vec<_>, _> = (0..work.count).map(|n| pool.apply_async(square, n)).collect();
            results?.iter().map(netkit::pool::AsyncResult::get).sum::<Result<i64, _>>()?
        }
        _ => pool.map_chunks(square, 0..work.count, work.chunk())?.iter().sum(),
    };
    work.check_squares(sum)?;
    pool.close();
    pool.join()?;
    Ok(())
}
