//! A place where a number of threads wait for each other.

use std::error::Error;
use std::fmt;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use super::prim::{Deadline, Futex, Mutex, Ordering};

// What can become of a round.
const OPEN: u32 = 0;
/// All have come; one of them runs the action.
const FULL: u32 = 1;
const PASSED: u32 = 2;
const BROKEN: u32 = 3;

/// A place where a number of threads, its parties, wait for each other.
///
/// - Nobody goes on before all have come. Each gets another index, 0 to `parties - 1`, in the order
///   in which they came. Then the next round begins.
/// - If one cannot wait any longer ([`Barrier::wait_timeout`], [`Barrier::abort`]), or the action
///   panics, then nobody of the round can come through, and everyone is told: the barrier is broken
///   until [`Barrier::reset`].
/// - Whoever comes through sees what all others wrote before they came.
///
/// ```
/// use netkit::sync::Barrier;
///
/// let start = Barrier::new(2)?;
/// std::thread::scope(|scope| {
///     let other = scope.spawn(|| start.wait());
///     let mine = start.wait();
///     let theirs = other.join();
///     assert_eq!(mine.ok().zip(theirs.ok()?.ok()).map(|(mine, theirs)| mine + theirs), Some(1));
///     Some(())
/// });
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `threading.Barrier`.
pub struct Barrier {
    parties: usize,
    action: Option<Action>,
    state: Mutex<State>,
}

type Action = Box<dyn Fn() + Send + Sync>;

struct State {
    arrived: usize,
    /// Those who come now wait here; those of earlier rounds still look at theirs.
    round: Arc<Futex>,
}

/// Not all parties have come, and they cannot any more: see [`Barrier`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenBarrier;

impl Barrier {
    /// A barrier for this many threads.
    ///
    /// # Errors
    /// `InvalidInput` for 0: nobody could ever come through. Python before 3.13 accepts it.
    pub fn new(parties: usize) -> io::Result<Self> {
        Barrier::make(parties, None)
    }

    /// The same; of each round, one thread runs `action` after all have come and before anyone goes
    /// on.
    ///
    /// # Errors
    /// Those of [`Barrier::new`].
    pub fn with_action(parties: usize, action: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        Barrier::make(parties, Some(Box::new(action)))
    }

    fn make(parties: usize, action: Option<Action>) -> io::Result<Self> {
        if parties == 0 {
            let message = "a barrier for 0 threads lets nobody through (it needs at least 1)";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let state = State { arrived: 0, round: new_round() };
        Ok(Barrier { parties, action, state: Mutex::new(state) })
    }

    /// Waits until all have come; gives this thread's index.
    ///
    /// # Errors
    /// [`BrokenBarrier`].
    ///
    /// # Panics
    /// The action panics in this thread: the panic goes on here, the others get [`BrokenBarrier`].
    pub fn wait(&self) -> Result<usize, BrokenBarrier> {
        self.wait_until(Deadline::NEVER)
    }

    /// The same; if not all have come after `limit`, the barrier is broken, for everyone.
    ///
    /// # Errors
    /// [`BrokenBarrier`], also when it was this thread that could not wait longer.
    ///
    /// # Panics
    /// As [`Barrier::wait`].
    pub fn wait_timeout(&self, limit: Duration) -> Result<usize, BrokenBarrier> {
        self.wait_until(Deadline::after(limit))
    }

    fn wait_until(&self, deadline: Deadline) -> Result<usize, BrokenBarrier> {
        let (index, round) = self.arrive()?;
        if index + 1 == self.parties {
            self.complete(&round);
            return Ok(index);
        }
        let mut deadline = deadline;
        loop {
            let outcome = round.load(Ordering::Acquire);
            match outcome {
                PASSED => return Ok(index),
                BROKEN => return Err(BrokenBarrier),
                _ => {}
            }
            if !round.wait(outcome, deadline) {
                self.give_up(&round);
                // Either it is broken now, or all have come, and it takes only the action.
                deadline = Deadline::NEVER;
            }
        }
    }

    fn arrive(&self) -> Result<(usize, Arc<Futex>), BrokenBarrier> {
        let mut state = self.state.lock();
        if state.round.load(Ordering::Relaxed) == BROKEN {
            return Err(BrokenBarrier);
        }
        let index = state.arrived;
        let round = Arc::clone(&state.round);
        state.arrived += 1;
        if state.arrived == self.parties {
            // Whoever comes from now on waits for the next round.
            round.store(FULL, Ordering::Relaxed);
            *state = State { arrived: 0, round: new_round() };
        }
        Ok((index, round))
    }

    /// This thread came last: it runs the action and lets the others go.
    fn complete(&self, round: &Futex) {
        let panic =
            self.action.as_ref().and_then(|action| panic::catch_unwind(AssertUnwindSafe(action)).err());
        let Some(panic) = panic else { return end(round, PASSED) };
        end(round, BROKEN);
        self.abort();
        panic::resume_unwind(panic);
    }

    fn give_up(&self, round: &Futex) {
        // Under the lock nobody can arrive, so a round that is open now is not full a moment later.
        let _state = self.state.lock();
        if round.load(Ordering::Relaxed) == OPEN {
            end(round, BROKEN);
        }
    }

    /// Breaks the barrier: whoever waits, and whoever comes, gets [`BrokenBarrier`] until it is reset.
    /// A round for which all have come is not stopped.
    pub fn abort(&self) {
        end(&self.state.lock().round, BROKEN);
    }

    /// Makes it as new. Whoever waits gets [`BrokenBarrier`].
    pub fn reset(&self) {
        let mut state = self.state.lock();
        if state.arrived > 0 || state.round.load(Ordering::Relaxed) == BROKEN {
            end(&state.round, BROKEN);
            *state = State { arrived: 0, round: new_round() };
        }
    }

    /// Whether whoever comes now is told that it is broken.
    pub fn is_broken(&self) -> bool {
        self.state.lock().round.load(Ordering::Relaxed) == BROKEN
    }

    /// How many threads it takes.
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// How many wait now. Python: `n_waiting`.
    pub fn waiting(&self) -> usize {
        let state = self.state.lock();
        if state.round.load(Ordering::Relaxed) == BROKEN { 0 } else { state.arrived }
    }
}

fn new_round() -> Arc<Futex> {
    Arc::new(Futex::new(OPEN))
}

fn end(round: &Futex, outcome: u32) {
    // Release: what this thread wrote is seen by those who go on. What the others wrote it has seen
    // itself: each of them had the state's mutex before.
    round.store(outcome, Ordering::Release);
    round.wake(u32::MAX);
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier")
            .field("parties", &self.parties)
            .field("waiting", &self.waiting())
            .field("is_broken", &self.is_broken())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the barrier is broken: a thread gave up waiting, or its action failed (Barrier::reset mends it)",
        )
    }
}

impl Error for BrokenBarrier {}
