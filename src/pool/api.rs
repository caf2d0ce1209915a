//! The pool itself.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

use super::hub::Hub;
use super::job::{Items, Job};
use super::result::{AsyncResult, Callback, Parts, decode_one};
use super::state::Phase;
use super::watch::Outfit;
use super::{Builder, JobError};
use crate::process::Task;

/// Worker processes that stay, and that functions are handed to. See the [module](super).
///
/// - Dropping it is [`terminate`](Pool::terminate): results that are not there become errors. To have
///   everything done, [`close`](Pool::close) and [`join`](Pool::join).
/// - Threads may share it (`&Pool`).
///
/// ```
/// use netkit::pool::Pool;
/// use netkit::{process, tasks};
///
/// fn square(n: i64) -> i64 {
///     n * n
/// }
///
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     process::init(tasks![square, add]);
///     let pool = Pool::new(2)?;
///     assert_eq!(pool.apply(square, 7)?, 49);
///     assert_eq!(pool.map(square, 1..=4)?, [1, 4, 9, 16]);
///     assert_eq!(pool.map(add, [(1, 2), (3, 4)])?, [3, 7]); // several arguments: a tuple
///     let later = pool.apply_async(add, (20, 22))?;
///     assert_eq!(later.get()?, 42);
///     Ok(())
/// }
/// ```
///
/// Python: `multiprocessing.Pool`.
pub struct Pool {
    hub: Arc<Hub>,
    workers: usize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    bringer: ThreadId,
}

impl Pool {
    /// A pool of so many workers, all ready.
    ///
    /// # Errors
    /// Those of [`Builder::build`].
    ///
    /// Python: `Pool(workers)`.
    pub fn new(workers: usize) -> io::Result<Pool> {
        Pool::builder().workers(workers).build()
    }

    /// A pool with more to say about it.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// How many workers it has.
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// The processes that work now. Fewer than [`workers`](Pool::workers) while one is replaced.
    pub fn worker_pids(&self) -> Vec<u32> {
        self.hub.lock().workers.iter().flatten().map(|worker| worker.process.pid()).collect()
    }

    /// Runs `task` in a worker and waits for what it returns. The same as `apply_async(…)?.get()`.
    ///
    /// # Errors
    /// Any but `is_timeout`: see [`JobError`].
    ///
    /// Python: `Pool.apply`.
    pub fn apply<F: Task<M>, M>(&self, task: F, args: F::Args) -> Result<F::Output, JobError> {
        self.apply_async(task, args)?.get()
    }

    /// Has `task` run in a worker, and returns at once. When no worker is free the task waits, not the
    /// caller.
    ///
    /// # Errors
    /// `is_refused`, or `is_unserializable` for the arguments.
    ///
    /// Python: `Pool.apply_async`.
    pub fn apply_async<F: Task<M>, M>(
        &self,
        task: F,
        args: F::Args,
    ) -> Result<AsyncResult<F::Output>, JobError> {
        self.start(task, args, None)
    }

    /// As [`apply_async`](Pool::apply_async); and exactly one of the two is called, before the result
    /// is [`ready`](AsyncResult::ready).
    ///
    /// - They are called in the pool's one thread for results, one after the other: one that takes
    ///   long holds up all results.
    /// - A panic in one is caught: the result comes nevertheless, and
    ///   [`callback_panic`](AsyncResult::callback_panic) tells.
    ///
    /// # Errors
    /// As [`apply_async`](Pool::apply_async): then neither is called.
    ///
    /// Python: `Pool.apply_async(…, callback=…, error_callback=…)`.
    pub fn apply_async_with<F: Task<M>, M>(
        &self,
        task: F,
        args: F::Args,
        callback: impl FnOnce(F::Output) + Send + 'static,
        error_callback: impl FnOnce(JobError) + Send + 'static,
    ) -> Result<AsyncResult<F::Output>, JobError> {
        let either = move |outcomes: &[_]| match decode_one(outcomes) {
            Ok(value) => callback(value),
            Err(error) => error_callback(error),
        };
        self.start(task, args, Some(Box::new(either)))
    }

    /// Takes no more tasks; those it has are done, then the workers end.
    ///
    /// Python: `Pool.close`.
    pub fn close(&self) {
        self.hub.close();
    }

    /// Stops at once: kills the workers; what has no result yet gets `is_cancelled`.
    ///
    /// Python: `Pool.terminate`, after which such results never come.
    pub fn terminate(&self) {
        self.hub.terminate();
    }

    /// Waits until the workers have ended and every result was brought.
    ///
    /// # Errors
    /// `is_refused` for a pool that is neither closed nor terminated, and inside a callback.
    ///
    /// Python: `Pool.join`.
    pub fn join(&self) -> Result<(), JobError> {
        if self.hub.lock().phase == Phase::Open {
            return Err(JobError::refused("join waits for the end of a pool: close or terminate it first"));
        }
        if thread::current().id() == self.bringer {
            return Err(JobError::refused("a callback cannot wait for the end of the pool that runs it"));
        }
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            // Callbacks' panics are caught: it does not panic.
            let _ = thread.join();
        }
        Ok(())
    }

    pub(super) fn begin(hub: Arc<Hub>, outfit: Outfit, workers: usize) -> io::Result<Pool> {
        let bringing = Arc::clone(&hub);
        let results = thread::Builder::new()
            .name("pool results".to_string())
            .spawn(move || bringing.bring_results())?;
        let bringer = results.thread().id();
        let pool = Pool { hub, workers, threads: Mutex::new(vec![results]), bringer };
        let watching = Arc::clone(&pool.hub);
        let watch =
            thread::Builder::new().name("pool watch".to_string()).spawn(move || watching.watch(&outfit));
        match watch {
            Ok(watch) => pool.threads.lock().unwrap_or_else(PoisonError::into_inner).push(watch),
            Err(error) => {
                // Or dropping the pool would wait for a thread that never is told.
                pool.hub.unwatched();
                return Err(error);
            }
        }
        Ok(pool)
    }

    pub(super) fn submit(&self, jobs: impl IntoIterator<Item = Job>) -> Result<(), JobError> {
        self.hub.submit(jobs)
    }

    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    pub(super) fn bringer(&self) -> ThreadId {
        self.bringer
    }

    fn start<F: Task<M>, M>(
        &self,
        task: F,
        args: F::Args,
        callback: Option<Callback>,
    ) -> Result<AsyncResult<F::Output>, JobError> {
        let _ = task;
        let mut items = Items::of::<F, M>()?;
        items.add(&mut std::iter::once(args), 1)?;
        let parts = Parts::new(1, self.bringer, callback);
        self.submit([items.into_job(Arc::clone(&parts) as _, 0)])?;
        Ok(AsyncResult::single(parts, Arc::clone(&self.hub)))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.terminate();
        // Refused in a callback: then the threads end by themselves.
        let _ = self.join();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("workers", &self.workers).field("phase", &self.hub.lock().phase).finish()
    }
}
