//! Results one by one, while others are still worked at.

use std::collections::{BTreeMap, VecDeque};
use std::marker::PhantomData;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use serde::de::DeserializeOwned;

use super::job::{Items, Outcome, Sink};
use super::{JobError, Pool};
use crate::process::Task;

/// The iterator of [`Pool::imap`] and [`Pool::imap_unordered`].
///
/// It takes items from its input only as far as workers need them to stay busy: the input may be endless.
pub struct Imap<'p, I, F, M, R> {
    pool: &'p Pool,
    input: Option<I>,
    chunk_size: usize,
    ordered: bool,
    arrivals: Arc<Arrivals>,
    submitted: usize,
    received: usize,
    /// Items of a chunk that has come.
    current: VecDeque<Result<R, JobError>>,
    _task: PhantomData<fn(F, M)>,
}

struct Arrivals {
    come: Mutex<Come>,
    more: Condvar,
    bringer: ThreadId,
}

/// What has come: by part, and the parts in the order in which they came.
#[derive(Default)]
struct Come {
    outcomes: BTreeMap<usize, Outcome>,
    order: VecDeque<usize>,
}

impl<'p, I, F, M, R> Imap<'p, I, F, M, R> {
    pub(super) fn new(pool: &'p Pool, input: I, chunk_size: usize, ordered: bool) -> Self {
        let arrivals = Arrivals { come: Mutex::default(), more: Condvar::new(), bringer: pool.bringer() };
        Imap {
            pool,
            input: Some(input),
            chunk_size,
            ordered,
            arrivals: Arc::new(arrivals),
            submitted: 0,
            received: 0,
            current: VecDeque::new(),
            _task: PhantomData,
        }
    }
}

impl<I, F, M, R> Iterator for Imap<'_, I, F, M, R>
where
    F: Task<M, Output = R>,
    I: Iterator<Item = F::Args>,
    R: DeserializeOwned,
{
    type Item = Result<R, JobError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.pop_front() {
                return Some(item);
            }
            if let Err(error) = self.submit() {
                // What cannot be sent ends the input; what was sent still comes.
                self.input = None;
                return Some(Err(error));
            }
            if self.received == self.submitted {
                return None;
            }
            match self.arrivals.take(self.ordered.then_some(self.received)) {
                Ok(outcome) => {
                    self.received += 1;
                    match outcome {
                        Ok(values) => values.each(|item| self.current.push_back(item)),
                        Err(error) => self.current.push_back(Err(error)),
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<I, F, M, R> Imap<'_, I, F, M, R>
where
    F: Task<M, Output = R>,
    I: Iterator<Item = F::Args>,
{
    /// Keeps enough chunks with the workers.
    fn submit(&mut self) -> Result<(), JobError> {
        /// Chunks for each worker: what it works at, and what it finds when that is done.
        const AHEAD: usize = 64;
        let most = self.pool.workers() * AHEAD;
        // Not one after each that came: half of them together.
        if self.submitted - self.received > most / 2 {
            return Ok(());
        }
        while self.submitted - self.received < most
            && let Some(input) = &mut self.input
        {
            let mut items = Items::of::<F, M>()?;
            if !items.add(input, self.chunk_size)? {
                self.input = None;
            }
            if !items.is_empty() {
                let sink: Arc<dyn Sink> = Arc::clone(&self.arrivals) as _;
                self.pool.submit([items.into_job(sink, self.submitted)])?;
                self.submitted += 1;
            }
        }
        Ok(())
    }
}

impl Arrivals {
    fn lock(&self) -> MutexGuard<'_, Come> {
        self.come.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the outcome of this part; `None`: of any.
    fn take(&self, part: Option<usize>) -> Result<Outcome, JobError> {
        let mut come = self.lock();
        loop {
            let part = part.or_else(|| come.order.pop_front());
            if let Some(outcome) = part.and_then(|part| come.outcomes.remove(&part)) {
                return Ok(outcome);
            }
            if thread::current().id() == self.bringer {
                return Err(JobError::refused("a callback cannot wait for a result: nobody would bring it"));
            }
            come = self.more.wait(come).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Sink for Arrivals {
    fn done(&self, part: usize, outcome: Outcome) {
        let mut come = self.lock();
        come.outcomes.insert(part, outcome);
        come.order.push_back(part);
        self.more.notify_one();
    }
}
