//! Stopping a server from anywhere.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use crate::sys::Stop;

/// Stops a server. Clones stop the same one.
#[derive(Debug, Clone)]
pub struct Shutdown {
    stop: Stop,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Running(ThreadId),
    Stopped,
}

impl Shutdown {
    pub(super) fn new(stop: Stop) -> io::Result<Self> {
        Ok(Shutdown { stop, state: Arc::new((Mutex::new(State::New), Condvar::new())) })
    }

    /// Ends `serve_forever`, now and whenever it is called again, and waits until it has ended.
    ///
    /// It never deadlocks: a call from the serving thread itself (an inline handler), before
    /// serving or after it returns at once.
    ///
    /// Python: `shutdown`, which waits for ever in each of these cases.
    pub fn shutdown(&self) {
        self.stop.request();
        let (state, changed) = &*self.state;
        let mut now = state.lock().unwrap_or_else(PoisonError::into_inner);
        while let State::Running(server) = *now
            && server != thread::current().id()
        {
            now = changed.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The switch behind it.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Counts as running until the returned value is dropped, however serving ends.
    pub(super) fn running(&self) -> Running<'_> {
        self.set(State::Running(thread::current().id()));
        Running(self)
    }

    fn set(&self, new: State) {
        let (state, changed) = &*self.state;
        *state.lock().unwrap_or_else(PoisonError::into_inner) = new;
        changed.notify_all();
    }
}

pub(super) struct Running<'a>(&'a Shutdown);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(State::Stopped);
    }
}
