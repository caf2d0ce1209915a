//! A fixed number of threads for all requests.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::count::Count;
use super::{Dispatch, Started, Task};
use crate::selector::Waker;

/// Runs tasks in threads that were started once and stay.
///
/// Python: none in `socketserver`; `concurrent.futures.ThreadPoolExecutor`, whose queue has no
/// limit.
#[derive(Debug)]
pub struct Pooled {
    workers: usize,
    free: Arc<AtomicUsize>,
    alive: Arc<Count>,
    tasks: Option<SyncSender<Task>>,
}

impl Default for Pooled {
    /// Eight workers.
    fn default() -> Self {
        Pooled::with_workers(8)
    }
}

impl Pooled {
    /// So many workers; 0 is taken for 1.
    pub fn with_workers(workers: usize) -> Self {
        Pooled { workers: workers.max(1), free: Arc::default(), alive: Arc::default(), tasks: None }
    }
}

impl Dispatch for Pooled {
    fn begin(&mut self, waker: &Waker) -> io::Result<()> {
        self.alive.wake_with(waker);
        if self.tasks.is_some() {
            return Ok(()); // they have stayed since an earlier call
        }
        let (sender, receiver) = sync_channel(self.workers);
        let receiver = Arc::new(Mutex::new(receiver));
        self.free.store(self.workers, Ordering::Release);
        for number in 1..=self.workers {
            let (receiver, free, alive) =
                (Arc::clone(&receiver), Arc::clone(&self.free), Arc::clone(&self.alive));
            // No number of living workers makes room.
            let counted = self.alive.one_more(usize::MAX);
            thread::Builder::new().name(format!("worker {number}")).spawn(move || {
                let _counted = counted;
                work(&receiver, &free, &alive);
            })?;
        }
        self.tasks = Some(sender);
        Ok(())
    }

    fn has_room(&self) -> bool {
        self.free.load(Ordering::Acquire) > 0
    }

    fn process_request(&mut self, task: Task) -> io::Result<Started> {
        let Some(tasks) = &self.tasks else {
            return Err(io::Error::other("the pool is not running"));
        };
        self.free.fetch_sub(1, Ordering::AcqRel);
        // There is a place for every worker's next task, so this neither waits nor is full.
        tasks.try_send(task).map_err(|error| match error {
            TrySendError::Full(_) => io::Error::other("every worker is busy"),
            TrySendError::Disconnected(_) => io::Error::other("every worker has ended"),
        })?;
        Ok(Started::Running)
    }

    fn close(&mut self, deadline: Instant) -> usize {
        // No more tasks: a worker ends when it is done with its own.
        self.tasks = None;
        self.alive.wait_for_none(deadline)
    }
}

fn work(tasks: &Mutex<Receiver<Task>>, free: &AtomicUsize, alive: &Count) {
    loop {
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = next else { return };
        task();
        if free.fetch_add(1, Ordering::AcqRel) == 0 {
            // All were busy: the loop waits for one of us.
            alive.wake();
        }
    }
}
