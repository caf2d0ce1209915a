//! The same tasks over a bare ring in shared memory for each worker and each direction: no
//! serialisation, no book-keeping, nobody notices a death. Semaphores (futexes) count what is in it.

use netkit::process::{self, Process, ProcessSemaphore, SharedArray};
use netkit::tasks;

/// Chunks on their way to one worker and back.
const WINDOW: usize = 32;

/// A place for each chunk of the window, and how many of them are filled.
type Ring = (SharedArray<i64>, ProcessSemaphore);

/// Squares what comes, until a chunk begins with a number below 0.
fn square((tasks, offered): Ring, (results, done): Ring, chunk: usize) {
    for slot in (0..WINDOW).cycle() {
        offered.acquire();
        for at in slot * chunk..(slot + 1) * chunk {
            match tasks.get(at) {
                Some(number @ 0..) => drop(results.set(at, number * number)),
                _ => return,
            }
        }
        assert!(done.release().is_ok());
    }
}

fn main() -> anyhow::Result<()> {
    process::init(tasks![square]);
    let work = benches::Work::from_arguments()?;
    let chunk = work.chunk();
    let ring = || Ok::<Ring, std::io::Error>((SharedArray::new(WINDOW * chunk)?, ProcessSemaphore::new(0)?));
    let mut workers = Vec::new();
    for _ in 0..work.processes {
        let (to, from) = (ring()?, ring()?);
        let process = Process::spawn(square, (to.clone(), from.clone(), chunk))?;
        workers.push((process, to, from));
    }
    let numbers: Vec<i64> = (0..work.count).collect();
    let chunks: Vec<&[i64]> = numbers.chunks(chunk).collect();
    let window = if work.case == "apply" { 1 } else { WINDOW * workers.len() };
    let mut sum = 0;
    for at in 0..chunks.len() + window {
        if at >= window {
            let (worker, slot) = place(at - window, workers.len());
            let (results, done) = &workers[worker].2;
            done.acquire();
            for place in 0..chunks[at - window].len() {
                sum += results.get(slot * chunk + place).unwrap_or(-1);
            }
        }
        if let Some(numbers) = chunks.get(at) {
            let (worker, slot) = place(at, workers.len());
            let (tasks, offered) = &workers[worker].1;
            for (place, number) in numbers.iter().enumerate() {
                tasks.set(slot * chunk + place, *number)?;
            }
            offered.release()?;
        }
    }
    work.check_squares(sum)?;
    for (process, (tasks, offered), _) in &workers {
        // Every place: whichever is next.
        (0..WINDOW).try_for_each(|slot| tasks.set(slot * chunk, -1))?;
        offered.release()?;
        process.join()?;
    }
    Ok(())
}

/// The chunks go round the workers, and round the places of each.
fn place(chunk: usize, workers: usize) -> (usize, usize) {
    (chunk % workers, chunk / workers % WINDOW)
}
