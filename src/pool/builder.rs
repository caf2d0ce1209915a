//! How a pool is to be.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::thread;

use serde::Serialize;

use super::Pool;
use super::hub::Hub;
use super::state::{State, Worker};
use super::watch::{Newcomer, Outfit};
use crate::process::{Bell, Task, number_of, pack};

/// How a [`Pool`] is to be. Nothing is started before [`build`](Builder::build).
///
/// ```
/// use netkit::pool::{self, Pool};
/// use netkit::{process, tasks};
///
/// fn greet(name: String) -> String {
///     let greeting: Option<&String> = pool::context();
///     format!("{} {name}", greeting.map_or("?", |text| text))
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     process::init(tasks![greet]);
///     let pool = Pool::builder().workers(2).context(&"hello".to_string()).build()?;
///     assert_eq!(pool.apply(greet, "world".to_string())?, "hello world");
///     Ok(())
/// }
/// ```
///
/// Python: the arguments of `multiprocessing.Pool`.
#[derive(Default)]
pub struct Builder {
    workers: Option<usize>,
    max_tasks: Option<u32>,
    outfit: Outfit,
    /// The first thing that was asked for and cannot be.
    refused: Option<io::Error>,
}

impl Builder {
    /// So many worker processes. Without: as many as there are CPUs.
    ///
    /// Python: `processes`.
    #[must_use]
    pub fn workers(mut self, count: usize) -> Self {
        self.workers = Some(count);
        self
    }

    /// After so many tasks (a chunk is one) a worker ends, and a fresh one takes its place. At least 1.
    ///
    /// Python: `maxtasksperchild`.
    #[must_use]
    pub fn max_tasks_per_child(mut self, count: u32) -> Self {
        if count == 0 {
            self.refuse(io::ErrorKind::InvalidInput, "a worker that may do 0 tasks would never do any");
        }
        self.max_tasks = Some(count);
        self
    }

    /// Every worker runs this once, before its first task. What it returns is dropped.
    ///
    /// One that panics makes `build` fail; when that happens to a later worker three times in a row, the
    /// pool gives up and all its tasks fail.
    ///
    /// Python: `initializer`, `initargs`; one that raises is started again for ever.
    #[must_use]
    pub fn initializer<F: Task<M>, M>(mut self, task: F, args: F::Args) -> Self {
        let _ = task;
        match number_of::<F, M>() {
            Err(error) => drop(self.refused.get_or_insert(error)),
            Ok(number) => match pack(&args) {
                Ok((bytes, descriptors)) => self.outfit.initializer = Some((number, bytes, descriptors)),
                Err(why) => {
                    self.refuse(
                        io::ErrorKind::InvalidInput,
                        &format!("the arguments of the initializer: {why}"),
                    );
                }
            },
        }
        self
    }

    /// Every worker gets a copy of this value; tasks find it with [`context`](super::context).
    #[must_use]
    pub fn context<T: Serialize + 'static>(mut self, value: &T) -> Self {
        match pack(value) {
            Ok((bytes, descriptors)) => {
                self.outfit.context = Some((std::any::type_name::<T>().to_string(), bytes, descriptors));
            }
            Err(why) => self.refuse(io::ErrorKind::InvalidInput, &format!("the context: {why}")),
        }
        self
    }

    /// Starts the workers and waits until all are ready.
    ///
    /// # Errors
    /// `InvalidInput` for 0 workers or 0 tasks, or what cannot be serialised; `NotFound` for an
    /// initializer that is not listed, or without [`init`](crate::process::init); `Other` when a
    /// worker ends or its initializer fails (the message says how); those of starting a process.
    pub fn build(mut self) -> io::Result<Pool> {
        let count = match self.workers {
            Some(count) => count,
            None => thread::available_parallelism().map_or(1, usize::from),
        };
        if count == 0 {
            self.refuse(io::ErrorKind::InvalidInput, "a pool of 0 workers would never do anything");
        }
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let bell = Bell::new()?;
        // All are started, then all are waited for: they get ready at the same time.
        let new: io::Result<Vec<Newcomer>> =
            (0..count).map(|_| Newcomer::start(&self.outfit, &bell)).collect();
        let mut workers: Vec<Option<Worker>> = Vec::with_capacity(count);
        for newcomer in new? {
            workers.push(newcomer.ready(None)?);
        }
        let hub = Arc::new(Hub::new(State::new(workers, self.max_tasks), bell)?);
        Pool::begin(hub, self.outfit, count)
    }

    fn refuse(&mut self, kind: io::ErrorKind, why: &str) {
        self.refused.get_or_insert_with(|| io::Error::new(kind, why));
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("workers", &self.workers).field("max_tasks", &self.max_tasks).finish()
    }
}
