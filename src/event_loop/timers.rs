//! What is due when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use crate::selector::Token;

/// Due times, the next one first.
///
/// A connection has at most one entry that counts. Moving its deadline further away costs nothing:
/// the entry is looked at when it is due, and put back. Those of closed connections stay, until
/// there are so many that it pays to sweep them out.
#[derive(Debug)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, Due)>>,
    /// With so many entries it is time to sweep.
    sweep_at: usize,
}

/// So many entries are never too many.
const FEW: usize = 64;

impl Default for Timers {
    fn default() -> Self {
        Timers { heap: BinaryHeap::new(), sweep_at: FEW }
    }
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// Look at this connection's deadline.
    Connection(Token),
    /// End a pause of accepting.
    AcceptAgain,
    /// Report this key.
    Key(u64),
}

impl Timers {
    /// Adds an entry. When there have become too many, those that are not `wanted` go first: as the
    /// number has doubled since the last time, an entry is looked at once or twice in its life.
    pub(super) fn add(&mut self, at: Instant, due: Due, wanted: impl Fn(Due) -> bool) {
        if self.heap.len() >= self.sweep_at {
            self.heap.retain(|Reverse((_, due))| wanted(*due));
            self.sweep_at = FEW.max(2 * self.heap.len());
        }
        self.heap.push(Reverse((at, due)));
    }

    /// When to look next.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes one entry that is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Due> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, due))| due)
    }
}
