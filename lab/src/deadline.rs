//! How long anything may take: a point in time which every wait shares, and the one place that waits for a fact without
//! being told.

use std::time::{Duration, Instant};

/// Less patience than this would take a busy machine for a silent program.
const SHORTEST: Duration = Duration::from_secs(3);

/// The moment after which nobody waits any longer.
///
/// - It is passed on from wait to wait, so that ten waits of a check together take no longer than one.
/// - A single line, byte or exit may take half of the whole time (three seconds where that is less): the first wait in
///   vain ends a check.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Instant,
    patience: Duration,
}

impl Deadline {
    /// The moment that is `time` away from now.
    #[must_use]
    pub fn after(time: Duration) -> Deadline {
        Deadline { at: Instant::now() + time, patience: (time / 2).max(SHORTEST) }
    }

    /// The time that is left; zero when the moment has passed.
    #[must_use]
    pub fn left(self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Whether the moment has passed.
    #[must_use]
    pub fn passed(self) -> bool {
        self.left().is_zero()
    }

    /// The earlier one of this moment and the one that is `time` away from now.
    #[must_use]
    pub fn at_most(self, time: Duration) -> Deadline {
        Deadline { at: self.at.min(Instant::now() + time), ..self }
    }

    /// The moment that is `time` later than this one.
    #[must_use]
    pub fn later_by(self, time: Duration) -> Deadline {
        Deadline { at: self.at + time, ..self }
    }

    /// When something has surely happened that should happen at once: after two seconds, or a fifth of the whole time where
    /// that is more, since then the machine is known to be busy.
    #[must_use]
    pub fn shortly(self) -> Deadline {
        self.at_most((self.patience * 2 / 5).max(Duration::from_secs(2)))
    }

    /// When a single wait ends: soon, and in any case at the deadline.
    #[must_use]
    pub fn soon(self) -> Deadline {
        self.at_most(self.patience)
    }

    /// The time left in the form that sockets take, who read zero as "no limit".
    pub(crate) fn socket_timeout(self) -> Option<Duration> {
        Some(self.left().max(Duration::from_millis(1)))
    }
}

/// Looks at `fact` until it holds or the deadline passes, and says which.
///
/// For what the kernel tells nobody about, such as the state of another process' sockets. Everything that can be waited
/// for properly (bytes, lines, an exit) is. This is the only place in the crate that sleeps: 1 ms at first, then longer
/// each time up to 16 ms, because to look can cost more than what is looked at.
pub fn until(deadline: Deadline, mut fact: impl FnMut() -> bool) -> bool {
    let mut pause = Duration::from_millis(1);
    loop {
        if fact() {
            return true;
        }
        if deadline.passed() {
            return false;
        }
        std::thread::sleep(pause.min(deadline.left()));
        pause = (pause * 2).min(Duration::from_millis(16));
    }
}

/// Lets `time` pass, for a measurement that has a length ("CPU time used in half a second").
pub fn measure_for(time: Duration) {
    until(Deadline::after(time), || false);
}
