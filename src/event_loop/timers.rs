//! What is due when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use crate::selector::Token;

/// Due times, the next one first.
///
/// A connection has at most one entry that counts. Moving its deadline further away costs nothing:
/// the entry is looked at when it is due, and put back.
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, Due)>>,
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
    pub(super) fn add(&mut self, at: Instant, due: Due) {
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
