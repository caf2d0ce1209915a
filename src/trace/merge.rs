//! One order for what two sides recorded.

use std::collections::{HashMap, HashSet};

use super::{Direction, Event};

/// One thing that an actor did or printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A recorded call.
    Event(Event),
    /// What a thread of the actor did that is an actor of its own in the trace: its name first. It is
    /// nobody else's cause.
    Thread(String, Event),
    /// A line that it printed.
    Said(String),
}

/// Puts what several actors did into one order in which it can have happened.
///
/// Two processes have no common "first": only causes order them. A connection is accepted after it
/// was made, a byte is received after it was sent, an end of stream after the close. This merge
/// keeps each actor's own order and those causes, and is otherwise the same at every run: the
/// first actor goes on until it needs something from another, then the next one takes one step.
///
/// Input: each actor's name and its entries in its own order. Output: the actor's index with each
/// entry.
///
/// Python: nothing like it; the idea is Lamport's "happened before" (1978).
pub fn merge(actors: &[Vec<Entry>]) -> Vec<(usize, Entry)> {
    let total = actors.iter().map(Vec::len).sum();
    let mut next = vec![0; actors.len()];
    let mut seen = Seen::default();
    let mut merged = Vec::with_capacity(total);
    while merged.len() < total {
        let waiting: Vec<usize> = (0..actors.len()).filter(|&who| next[who] < actors[who].len()).collect();
        let can_go = waiting.iter().find(|&&who| seen.allows(who, &actors[who][next[who]]));
        // Nobody can go when a cause was not recorded: then the first takes its step all the same.
        let who = *can_go.unwrap_or(&waiting[0]);
        let entry = &actors[who][next[who]];
        seen.note(who, entry);
        merged.push((who, entry.clone()));
        next[who] += 1;
    }
    merged
}

/// One end of a connection: the client's address names the connection, a flag says which side.
type End = (String, bool);

/// What has happened so far, as far as it can be the cause of something else.
#[derive(Default)]
struct Seen {
    connected: HashSet<String>,
    ends: HashMap<(usize, i32), End>,
    sent: HashMap<End, usize>,
    received: HashMap<End, usize>,
    closed: HashSet<End>,
    /// Datagram sockets with a known address.
    bound: HashMap<(usize, i32), String>,
    /// Datagrams under way, by where they go.
    under_way: HashMap<String, usize>,
}

impl Seen {
    fn allows(&self, who: usize, entry: &Entry) -> bool {
        let Entry::Event(event) = entry else { return true };
        match event {
            Event::Accept { peer, .. } => self.connected.contains(peer),
            Event::Recv { fd, from: Some(_), .. } => self.arriving_at(who, *fd).is_some(),
            Event::Recv { fd, bytes, from: None, .. } => self.ends.get(&(who, *fd)).is_none_or(|end| {
                let sent = self.sent.get(&other(end)).unwrap_or(&0);
                let received = self.received.get(end).unwrap_or(&0);
                received + bytes <= *sent
            }),
            Event::Eof { fd } | Event::Reset { fd, .. } => {
                self.ends.get(&(who, *fd)).is_none_or(|end| self.closed.contains(&other(end)))
            }
            _ => true,
        }
    }

    fn note(&mut self, who: usize, entry: &Entry) {
        let Entry::Event(event) = entry else { return };
        match event {
            Event::Connect { fd, from, error: None, .. } => {
                self.connected.insert(from.clone());
                self.ends.insert((who, *fd), (from.clone(), true));
            }
            Event::Accept { new_fd, peer, .. } => {
                self.ends.insert((who, *new_fd), (peer.clone(), false));
            }
            Event::Bind { fd, addr, error: None } => {
                self.bound.insert((who, *fd), addr.clone());
            }
            Event::Send { to: Some(to), .. } => *self.under_way.entry(to.clone()).or_default() += 1,
            Event::Recv { fd, from: Some(_), .. } => {
                if let Some(to) = self.arriving_at(who, *fd).cloned() {
                    *self.under_way.entry(to).or_insert(1) -= 1;
                }
            }
            Event::Send { fd, bytes, .. } => {
                if let Some(end) = self.ends.get(&(who, *fd)) {
                    *self.sent.entry(end.clone()).or_default() += bytes;
                }
            }
            Event::Recv { fd, bytes, .. } => {
                if let Some(end) = self.ends.get(&(who, *fd)) {
                    *self.received.entry(end.clone()).or_default() += bytes;
                }
            }
            Event::Close { fd, direction } if *direction != Direction::Read => {
                if let Some(end) = self.ends.get(&(who, *fd)) {
                    self.closed.insert(end.clone());
                }
                if *direction == Direction::Both {
                    self.ends.remove(&(who, *fd));
                }
            }
            _ => {}
        }
    }
}

impl Seen {
    /// The address of a datagram that this socket can receive now. One that was never bound by
    /// name receives what goes to no socket that was.
    fn arriving_at(&self, who: usize, fd: i32) -> Option<&String> {
        let own = self.bound.get(&(who, fd));
        let is_mine = |to: &&String| match own {
            Some(own) => *to == own,
            None => !self.bound.values().any(|bound| bound == *to),
        };
        self.under_way.iter().filter(|(_, count)| **count > 0).map(|(to, _)| to).find(is_mine)
    }
}

fn other(end: &End) -> End {
    (end.0.clone(), !end.1)
}
