//! Many items at once.

use std::sync::Arc;

use super::job::Items;
use super::result::{AsyncResult, Parts};
use super::{Imap, JobError, Pool};
use crate::process::Task;

/// Chunks that are handed over at a time.
const TOGETHER: usize = 64;

impl Pool {
    /// Runs `task` on every item and waits for all results, in the order of the items. The items go to
    /// the workers in chunks, about four for each worker.
    ///
    /// # Errors
    /// The first error in the order of the items; all of them are done first.
    ///
    /// Python: `Pool.map`; with tuples, `Pool.starmap`.
    pub fn map<F: Task<M>, M>(
        &self,
        task: F,
        items: impl IntoIterator<Item = F::Args>,
    ) -> Result<Vec<F::Output>, JobError> {
        self.map_async(task, items)?.get()
    }

    /// As [`map`](Pool::map), with so many items in a chunk. 1 spreads best, more costs less.
    ///
    /// # Errors
    /// As [`map`](Pool::map); `is_refused` for chunks of 0.
    ///
    /// Python: `Pool.map(…, chunksize=…)`, which returns nonsense for a negative one.
    pub fn map_chunks<F: Task<M>, M>(
        &self,
        task: F,
        items: impl IntoIterator<Item = F::Args>,
        chunk_size: usize,
    ) -> Result<Vec<F::Output>, JobError> {
        self.map_chunks_async(task, items, chunk_size)?.get()
    }

    /// As [`map`](Pool::map), and returns at once.
    ///
    /// # Errors
    /// `is_refused`, or `is_unserializable` for an item.
    ///
    /// Python: `Pool.map_async`.
    pub fn map_async<F: Task<M>, M>(
        &self,
        task: F,
        items: impl IntoIterator<Item = F::Args>,
    ) -> Result<AsyncResult<Vec<F::Output>>, JobError> {
        let items: Vec<F::Args> = items.into_iter().collect();
        let chunk_size = items.len().div_ceil(self.workers() * 4).max(1);
        self.map_chunks_async(task, items, chunk_size)
    }

    /// As [`map_chunks`](Pool::map_chunks), and returns at once.
    ///
    /// # Errors
    /// `is_refused`, or `is_unserializable` for an item; then nobody waits for what was sent already.
    pub fn map_chunks_async<F: Task<M>, M>(
        &self,
        task: F,
        items: impl IntoIterator<Item = F::Args>,
        chunk_size: usize,
    ) -> Result<AsyncResult<Vec<F::Output>>, JobError> {
        let _ = task;
        check_chunk_size(chunk_size)?;
        // One part is ours until all are sent: before that the result must not be complete.
        let parts = Parts::new(0, self.bringer(), None);
        let ours = parts.hold();
        let mut input = items.into_iter();
        let mut jobs = Vec::with_capacity(TOGETHER);
        let mut more = true;
        while more {
            let mut items = Items::of::<F, M>()?;
            more = items.add(&mut input, chunk_size)?;
            if !items.is_empty() {
                jobs.push(items.into_job(Arc::clone(&parts) as _, parts.grow()));
            }
            if jobs.len() == TOGETHER || !more {
                self.submit(jobs.drain(..))?;
            }
        }
        drop(ours);
        Ok(AsyncResult::many(parts, Arc::clone(self.hub())))
    }

    /// Runs `task` on every item; the results come one by one, in the order of the items, while others
    /// are still worked at. An error is an item too, and does not end it.
    ///
    /// # Errors
    /// `is_refused` for chunks of 0.
    ///
    /// Python: `Pool.imap`, which reads all its input at once.
    pub fn imap<F: Task<M>, M, I: IntoIterator<Item = F::Args>>(
        &self,
        task: F,
        items: I,
        chunk_size: usize,
    ) -> Result<Imap<'_, I::IntoIter, F, M, F::Output>, JobError> {
        let _ = task;
        check_chunk_size(chunk_size)?;
        Ok(Imap::new(self, items.into_iter(), chunk_size, true))
    }

    /// As [`imap`](Pool::imap), but the results come as soon as they are there, in any order.
    ///
    /// # Errors
    /// `is_refused` for chunks of 0.
    ///
    /// Python: `Pool.imap_unordered`.
    pub fn imap_unordered<F: Task<M>, M, I: IntoIterator<Item = F::Args>>(
        &self,
        task: F,
        items: I,
        chunk_size: usize,
    ) -> Result<Imap<'_, I::IntoIter, F, M, F::Output>, JobError> {
        let _ = task;
        check_chunk_size(chunk_size)?;
        Ok(Imap::new(self, items.into_iter(), chunk_size, false))
    }
}

fn check_chunk_size(chunk_size: usize) -> Result<(), JobError> {
    match chunk_size {
        0 => Err(JobError::refused("chunks of 0 items: nothing would ever be done; the least is 1")),
        _ => Ok(()),
    }
}
