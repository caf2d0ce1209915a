//! A result that may not be there yet.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use super::JobError;
use super::hub::Hub;
use super::job::{Outcome, Sink};
use crate::process::{Patience, words_of};

/// The result of [`apply_async`](super::Pool::apply_async) or [`map_async`](super::Pool::map_async),
/// now or later.
///
/// - It always comes: a value or an error, also when the worker dies or the pool is terminated.
/// - It can be asked for as often as you like; each time it is made anew from what came.
/// - Dropping it does not stop the task.
///
/// Python: `multiprocessing.pool.AsyncResult`.
pub struct AsyncResult<R> {
    parts: Arc<Parts>,
    hub: Arc<Hub>,
    decode: fn(&[Option<Outcome>]) -> Result<R, JobError>,
    _result: PhantomData<fn() -> R>,
}

/// Called with the outcome before anybody else sees it.
pub(super) type Callback = Box<dyn FnOnce(&[Option<Outcome>]) + Send>;

/// What came so far.
pub(super) struct Parts {
    state: Mutex<State>,
    complete: Condvar,
    /// The thread that brings results: it cannot wait for one.
    bringer: ThreadId,
    has_callback: bool,
}

struct State {
    outcomes: Vec<Option<Outcome>>,
    missing: usize,
    callback: Option<Callback>,
    /// All there, and the callback has returned.
    ready: bool,
    complaint: Option<String>,
}

impl<R: DeserializeOwned> AsyncResult<R> {
    pub(super) fn single(parts: Arc<Parts>, hub: Arc<Hub>) -> Self {
        AsyncResult { parts, hub, decode: decode_one::<R>, _result: PhantomData }
    }
}

impl<R: DeserializeOwned> AsyncResult<Vec<R>> {
    pub(super) fn many(parts: Arc<Parts>, hub: Arc<Hub>) -> Self {
        AsyncResult { parts, hub, decode: decode_all::<R>, _result: PhantomData }
    }
}

impl<R> AsyncResult<R> {
    /// Waits for the result.
    ///
    /// # Errors
    /// Why there is none: see [`JobError`]. `is_refused` inside a callback when it is not there yet:
    /// nobody else brings it.
    ///
    /// Python: `AsyncResult.get()`.
    pub fn get(&self) -> Result<R, JobError> {
        self.get_until(None)
    }

    /// Waits for the result, at most `limit`.
    ///
    /// # Errors
    /// As [`get`](AsyncResult::get); `is_timeout` when it is not there by then. The task goes on.
    ///
    /// Python: `AsyncResult.get(timeout)`.
    pub fn get_timeout(&self, limit: Duration) -> Result<R, JobError> {
        self.get_until(Instant::now().checked_add(limit))
    }

    /// The result if it is there.
    ///
    /// # Errors
    /// Why there is none; `is_timeout` when it is not there yet.
    pub fn try_get(&self) -> Result<R, JobError> {
        self.get_timeout(Duration::ZERO)
    }

    /// Waits until it is there, at most `limit`; says whether it is.
    ///
    /// Python: `AsyncResult.wait(timeout)`.
    pub fn wait_timeout(&self, limit: Duration) -> bool {
        matches!(self.wait_until(Instant::now().checked_add(limit)), Ok(state) if state.ready)
    }

    /// Waits until it is there. In a callback it returns at once.
    ///
    /// Python: `AsyncResult.wait()`.
    pub fn wait(&self) {
        drop(self.wait_until(None));
    }

    /// Whether it is there.
    ///
    /// Python: `AsyncResult.ready`.
    pub fn ready(&self) -> bool {
        self.parts.lock().ready
    }

    /// Whether it is a value; `None` when it is not there yet.
    ///
    /// Python: `AsyncResult.successful`, which raises `ValueError` when it is not there.
    pub fn successful(&self) -> Option<bool> {
        let state = self.parts.lock();
        state.ready.then(|| (self.decode)(&state.outcomes).is_ok())
    }

    /// What a callback of this task said when it panicked. The result is there nevertheless.
    pub fn callback_panic(&self) -> Option<String> {
        self.parts.lock().complaint.clone()
    }

    fn get_until(&self, deadline: Option<Instant>) -> Result<R, JobError> {
        let state = self.wait_until(deadline)?;
        if state.ready { (self.decode)(&state.outcomes) } else { Err(JobError::timeout()) }
    }
}

impl<R> AsyncResult<R> {
    fn wait_until(&self, deadline: Option<Instant>) -> Result<MutexGuard<'_, State>, JobError> {
        let state = self.parts.lock();
        if state.ready {
            return Ok(state);
        }
        let state = self.parts.not_in_a_callback(state)?;
        // A callback would hold up the others: it is for the thread for results to wait for that.
        let leads = state.callback.is_none();
        drop(state);
        if leads {
            self.hub.lead(|| self.parts.lock().ready, deadline.map_or(Patience::endless(), Patience::at));
        }
        self.parts.wait(deadline)
    }
}

impl Parts {
    /// For so many parts; 0: it is ready.
    pub(super) fn new(count: usize, bringer: ThreadId, callback: Option<Callback>) -> Arc<Self> {
        let has_callback = callback.is_some();
        let outcomes = (0..count).map(|_| None).collect();
        let state = State { outcomes, missing: count, callback, ready: count == 0, complaint: None };
        Arc::new(Parts { state: Mutex::new(state), complete: Condvar::new(), bringer, has_callback })
    }

    /// It is not complete as long as this is held: more parts may [come](Parts::grow).
    pub(super) fn hold(self: &Arc<Self>) -> Hold {
        let mut state = self.lock();
        state.missing += 1;
        state.ready = false;
        Hold(Arc::clone(self))
    }

    /// One more part.
    pub(super) fn grow(&self) -> usize {
        let mut state = self.lock();
        state.outcomes.push(None);
        state.missing += 1;
        state.outcomes.len() - 1
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn not_in_a_callback<'a>(&self, state: MutexGuard<'a, State>) -> Result<MutexGuard<'a, State>, JobError> {
        if thread::current().id() == self.bringer {
            return Err(JobError::refused("a callback cannot wait for a result: nobody would bring it"));
        }
        Ok(state)
    }

    fn wait(&self, deadline: Option<Instant>) -> Result<MutexGuard<'_, State>, JobError> {
        let mut state = self.lock();
        while !state.ready {
            state = match deadline {
                None => self.complete.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        break;
                    }
                    self.complete.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        Ok(state)
    }
}

/// See [`Parts::hold`].
pub(super) struct Hold(Arc<Parts>);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.missing -= 1;
        self.0.complete(state);
    }
}

impl Sink for Parts {
    fn done(&self, part: usize, outcome: Outcome) {
        let mut state = self.lock();
        if let Some(place) = state.outcomes.get_mut(part).filter(|place| place.is_none()) {
            *place = Some(outcome);
            state.missing -= 1;
        }
        self.complete(state);
    }

    fn has_callback(&self) -> bool {
        self.has_callback
    }
}

impl Parts {
    /// If nothing is missing any more: the callback, then it is ready.
    fn complete<'a>(&'a self, mut state: MutexGuard<'a, State>) {
        if state.missing > 0 || state.ready {
            return;
        }
        if let Some(callback) = state.callback.take() {
            // The callback may look at this very result (it is not ready), so not under the lock.
            let outcomes = std::mem::take(&mut state.outcomes);
            drop(state);
            let panic = catch_unwind(AssertUnwindSafe(|| callback(&outcomes))).err();
            state = self.lock();
            state.outcomes = outcomes;
            state.complaint = panic.map(words_of);
        }
        state.ready = true;
        self.complete.notify_all();
    }
}

/// The value of the only item of the only part.
pub(super) fn decode_one<R: DeserializeOwned>(outcomes: &[Option<Outcome>]) -> Result<R, JobError> {
    let mut result = Err(JobError::unserializable("there is no result in what came"));
    match outcomes.first() {
        Some(Some(Ok(values))) => values.each(|item| result = item),
        Some(Some(Err(error))) => return Err(error.clone()),
        _ => {}
    }
    result
}

/// The values of all items of all parts, or the first error in their order.
pub(super) fn decode_all<R: DeserializeOwned>(outcomes: &[Option<Outcome>]) -> Result<Vec<R>, JobError> {
    let mut all = Vec::new();
    let mut error = None;
    for outcome in outcomes.iter().flatten() {
        match outcome {
            Ok(values) => values.each(|item| match item {
                Ok(value) => all.push(value),
                Err(why) => drop(error.get_or_insert(why)),
            }),
            Err(why) => drop(error.get_or_insert(why.clone())),
        }
        if let Some(error) = error {
            return Err(error);
        }
    }
    Ok(all)
}

impl<R> fmt::Debug for AsyncResult<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResult").field("ready", &self.ready()).finish()
    }
}
