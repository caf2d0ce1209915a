//! What the pool's owner and its two threads share, and the thread that brings results.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::OwnedFd;

use super::JobError;
use super::batch::Batch;
use super::job::Job;
use super::state::{Phase, State};
use crate::process::{Bell, Patience, Sleeper, nap};

pub(super) struct Hub {
    state: Mutex<State>,
    /// Both threads have ended.
    over: Condvar,
    /// Rung by workers with results.
    pub(super) bell: Bell,
    /// Readable when the watcher is to look at the state.
    pub(super) control: OwnedFd,
}

impl Hub {
    pub(super) fn new(state: State, bell: Bell) -> std::io::Result<Self> {
        let control = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Hub { state: Mutex::new(state), over: Condvar::new(), bell, control })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes jobs.
    pub(super) fn submit(&self, jobs: impl IntoIterator<Item = Job>) -> Result<(), JobError> {
        let mut state = self.lock();
        state.check()?;
        state.queue.extend(jobs);
        state.assign();
        Ok(())
    }

    /// No more tasks.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Closed;
            state.dismiss();
        }
        self.tell_watcher();
    }

    /// Stop.
    pub(super) fn terminate(&self) {
        let mut state = self.lock();
        state.phase = Phase::Terminated;
        state.cancel_all(&JobError::cancelled());
        for worker in state.workers.iter().flatten() {
            // Its end is the watcher's business.
            let _ = worker.process.kill();
        }
        drop(state);
        self.tell_watcher();
        self.bell.ring_surely();
    }

    /// Makes the watcher look at the state.
    fn tell_watcher(&self) {
        // Full means that it is readable already.
        let _ = rustix::io::write(&self.control, &1u64.to_ne_bytes());
    }

    /// The thread for results: brings them to where they are waited for, and runs callbacks, one after
    /// the other, until the pool is over.
    pub(super) fn bring_results(&self) {
        let mut batch = Batch::default();
        loop {
            let mut state = self.lock();
            let wakes = self.bell.wakes(Sleeper::Thread);
            state.collect(&mut batch);
            batch.append(&mut state.undelivered);
            state.assign();
            state.dismiss();
            if batch.is_empty() {
                if state.balance() {
                    continue;
                }
                if state.unwatched {
                    return;
                }
                if !state.led {
                    self.bell.ring_for(Some(Sleeper::Thread));
                }
                if state.has_answers() {
                    continue;
                }
                state.thread_asleep = true;
                drop(state);
                self.bell.sleep(Sleeper::Thread, wakes, Patience::endless());
                self.lock().thread_asleep = false;
                continue;
            }
            let more = state.outstanding() > batch.len();
            drop(state);
            let many = batch.len() as u32;
            batch.deliver(|job, outcome| job.sink.done(job.part, outcome));
            // A caller that leads since, or already then, may wait for what was among them.
            if self.lock().led {
                self.bell.wake(Sleeper::Leader);
            } else if more {
                // More are coming: let them come together.
                nap(many);
            }
        }
    }

    /// A caller that waits until `done` brings results itself meanwhile: its own need not be passed on
    /// from thread to thread. Returns when it is done, when the time is over, or at once if another
    /// one does this already.
    pub(super) fn lead(&self, done: impl Fn() -> bool, patience: Patience) {
        let mut state = self.lock();
        if state.led || state.unwatched {
            return;
        }
        state.led = true;
        let mut batch = Batch::default();
        let mut in_time = true;
        loop {
            let wakes = self.bell.wakes(Sleeper::Leader);
            state.collect(&mut batch);
            state.assign();
            state.dismiss();
            if !batch.is_empty() {
                // Callbacks run in their own thread.
                state.undelivered.extend(batch.take_out(|job| job.sink.has_callback()));
                if !state.undelivered.is_empty() {
                    self.bell.wake(Sleeper::Thread);
                }
                drop(state);
                batch.deliver(|job, outcome| job.sink.done(job.part, outcome));
                state = self.lock();
            }
            if done() || !in_time || state.unwatched {
                break;
            }
            self.bell.ring_for(None);
            let mut spin = state.spin;
            drop(state);
            let answered = spin.until(|| self.lock().has_answers());
            state = self.lock();
            state.spin = spin;
            if answered {
                continue;
            }
            self.bell.ring_for(Some(Sleeper::Leader));
            if state.has_answers() || state.balance() {
                continue;
            }
            drop(state);
            in_time = self.bell.sleep(Sleeper::Leader, wakes, patience);
            state = self.lock();
        }
        state.led = false;
        self.bell.ring_for(state.thread_asleep.then_some(Sleeper::Thread));
        if state.has_answers() || !state.undelivered.is_empty() {
            self.bell.wake(Sleeper::Thread);
        }
    }

    /// The watcher has ended.
    pub(super) fn unwatched(&self) {
        self.lock().unwatched = true;
        self.bell.ring_surely();
        self.over.notify_all();
    }
}

impl State {
    /// Whether the pool takes tasks.
    fn check(&self) -> Result<(), JobError> {
        match (&self.broken, self.phase) {
            (Some(why), _) => Err(JobError::refused(format!("the pool has no workers any more: {why}"))),
            (None, Phase::Open) => Ok(()),
            (None, Phase::Closed) => Err(JobError::refused("the pool is closed and takes no more tasks")),
            (None, Phase::Terminated) => Err(JobError::refused("the pool was terminated")),
        }
    }
}
