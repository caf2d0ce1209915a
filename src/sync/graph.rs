//! Which lock was asked for while which was held.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::thread::{self, ThreadId};

use super::inversion::LockOrderError;

/// A lock's number in its graph, never used again.
pub(super) type LockId = u64;

/// A lock, and the line of the program that took it or asked for it.
#[derive(Debug, Clone)]
pub struct Site {
    lock: Arc<str>,
    at: &'static Location<'static>,
}

/// A thread that held one lock and asked for another.
#[derive(Debug, Clone)]
pub struct Step {
    thread: Arc<str>,
    held: Site,
    wanted: Site,
}

impl Site {
    pub(super) fn new(lock: Arc<str>, at: &'static Location<'static>) -> Self {
        Site { lock, at }
    }

    /// The lock's name.
    pub fn lock(&self) -> &str {
        &self.lock
    }

    /// File and line.
    pub fn at(&self) -> &'static Location<'static> {
        self.at
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({}:{})", self.lock, self.at.file(), self.at.line())
    }
}

impl Step {
    /// The thread's name.
    pub fn thread(&self) -> &str {
        &self.thread
    }

    /// The lock that it held, and where it had taken it.
    pub fn held(&self) -> &Site {
        &self.held
    }

    /// The lock that it asked for, and where.
    pub fn wanted(&self) -> &Site {
        &self.wanted
    }
}

/// What has been seen.
#[derive(Default)]
pub(super) struct Graph {
    locks: LockId,
    held: HashMap<ThreadId, Vec<(LockId, Site)>>,
    /// The first time that some thread held the one and asked for the other.
    steps: BTreeMap<(LockId, LockId), Step>,
}

impl Graph {
    pub fn new_lock(&mut self) -> LockId {
        self.locks += 1;
        self.locks
    }

    /// This thread asks for `lock`. If that is right, it is remembered before the thread waits: the
    /// next one that comes the other way round is refused, and the two never meet.
    ///
    /// # Errors
    /// `Again`, `Inversion`.
    pub fn ask(&mut self, lock: LockId, wanted: &Site) -> Result<(), LockOrderError> {
        let thread = thread::current();
        let Some(held) = self.held.get(&thread.id()) else { return Ok(()) };
        let name: Arc<str> = Arc::from(thread.name().unwrap_or("(a thread without a name)"));
        let step =
            |held: &Site| Step { thread: Arc::clone(&name), held: held.clone(), wanted: wanted.clone() };
        for (other, site) in held {
            if *other == lock {
                return Err(LockOrderError::Again { this: step(site) });
            }
            if let Some(others) = self.way(lock, *other) {
                return Err(LockOrderError::Inversion { this: step(site), others });
            }
        }
        for (other, site) in held {
            self.steps.entry((*other, lock)).or_insert_with(|| step(site));
        }
        Ok(())
    }

    /// This thread has taken `lock`.
    pub fn took(&mut self, lock: LockId, site: Site) {
        self.held.entry(thread::current().id()).or_default().push((lock, site));
    }

    /// This thread has given `lock` back.
    pub fn gave(&mut self, lock: LockId) {
        let me = thread::current().id();
        let Some(held) = self.held.get_mut(&me) else { return };
        held.retain(|(other, _)| *other != lock);
        if held.is_empty() {
            self.held.remove(&me);
        }
    }

    /// The lock is no more.
    pub fn forget(&mut self, lock: LockId) {
        self.steps.retain(|(held, wanted), _| *held != lock && *wanted != lock);
    }

    /// The steps that lead from one lock to another, if any do; as few as possible.
    fn way(&self, from: LockId, to: LockId) -> Option<Vec<Step>> {
        // How each lock was reached first, breadth first.
        let mut came: BTreeMap<LockId, (LockId, &Step)> = BTreeMap::new();
        let mut next = vec![from];
        while !next.is_empty() && !came.contains_key(&to) {
            let mut further = Vec::new();
            for lock in next {
                for ((_, wanted), step) in self.steps.range((lock, 0)..=(lock, LockId::MAX)) {
                    came.entry(*wanted).or_insert_with(|| {
                        further.push(*wanted);
                        (lock, step)
                    });
                }
            }
            next = further;
        }
        let mut steps = Vec::new();
        let mut at = to;
        while at != from {
            let (before, step) = came.get(&at)?;
            steps.push((*step).clone());
            at = *before;
        }
        steps.reverse();
        Some(steps)
    }
}
