//! Many clients at once: threads that do one thing again and again until they are told to stop.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use crate::Deadline;

/// Busy clients. Dropping it stops and joins them.
#[derive(Debug)]
pub struct Load {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    done: AtomicUsize,
}

impl Load {
    /// Starts `clients` threads that call `work` until the load is dropped; it says whether it was a success.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(clients: usize, work: impl Fn() -> bool + Clone + Send + 'static) -> io::Result<Load> {
        let mut load = Load { shared: Arc::default(), threads: Vec::new() };
        for number in 0..clients {
            let (shared, work) = (Arc::clone(&load.shared), work.clone());
            let thread = std::thread::Builder::new().name(format!("client-{number}")).spawn(move || {
                while !shared.stop.load(Ordering::Relaxed) {
                    if work() {
                        shared.done.fetch_add(1, Ordering::Relaxed);
                    } else {
                        // Nobody is served just now: let the server have the CPU.
                        std::thread::yield_now();
                    }
                }
            })?;
            load.threads.push(thread);
        }
        Ok(load)
    }

    /// Waits until `count` successes were seen in all; says whether they were.
    #[must_use]
    pub fn has_done(&self, count: usize, deadline: Deadline) -> bool {
        crate::until(deadline, || self.shared.done.load(Ordering::Relaxed) >= count)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A panic there was printed by the thread itself.
            let _ = thread.join();
        }
    }
}
