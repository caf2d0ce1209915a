//! What the loop does about one ready source or one timer.

use std::io;
use std::time::{Duration, Instant};

use super::Event;
use super::connection::Connection;
use super::event::Happened;
use super::run::{EventLoop, Source};
use super::timers::Due;
use crate::net::Listener;
use crate::selector::{self, Interest, Token, Trigger};
use crate::sys::is_settled;

/// How long a peer may go on sending after our goodbye.
const DRAIN: Duration = Duration::from_secs(1);

/// When accepting is tried again though no connection of ours has gone.
const RETRY: Duration = Duration::from_secs(1);

/// Clients accepted, or pieces received from one edge-triggered client, before the others get
/// their turn.
const TURN: usize = 64;

/// How long queued replies may take to leave after a stop.
const GRACE: Duration = Duration::from_millis(800);

impl<D: Default> EventLoop<D> {
    pub(super) fn due(&mut self, due: Due) -> io::Result<Option<Event<'static>>> {
        let id = match due {
            Due::AcceptAgain => {
                self.will_retry = false;
                return self.set_accepting(true).map(|()| None);
            }
            Due::Key(key) => return Ok(Some(Event::Timer { key })),
            Due::Connection(id) => id,
        };
        let now = self.now;
        let Some(connection) = self.connection(id) else { return Ok(None) };
        connection.looked_at = None;
        match connection.deadline {
            Some(deadline) if deadline <= now => {
                connection.deadline = None;
                if connection.is_draining {
                    self.drop_connection(id, None);
                    return Ok(None);
                }
                Ok(Some(Event::Expired { id }))
            }
            later => {
                self.look_at(id, later);
                Ok(None)
            }
        }
    }

    pub(super) fn handle(
        &mut self,
        event: selector::Event,
        buffer: &mut [u8],
    ) -> io::Result<Option<Happened>> {
        let id = event.token;
        match self.selector.get_mut(id) {
            Ok(Source::Listener(_)) => self.accept(id),
            Ok(Source::Connection(_)) => Ok(self.serve(event, buffer)),
            Ok(Source::Stop(_)) => {
                self.next_turn();
                self.begin_to_stop()?;
                Ok(None)
            }
            // Closed by something earlier in the same batch.
            Err(_) => {
                self.next_turn();
                Ok(None)
            }
        }
    }

    fn accept(&mut self, id: Token) -> io::Result<Option<Happened>> {
        let Ok(Source::Listener(listener)) = self.selector.get(id) else { return Ok(None) };
        match listener.accept_non_blocking() {
            Ok((socket, peer)) => {
                self.turns += 1;
                if self.turns == TURN {
                    self.next_turn();
                    // What is left is reported again: by itself, or edge-triggered for the asking.
                    self.selector.set_interest(id, Interest::READ)?;
                }
                let connection = Box::new(Connection::new(socket, peer.clone()));
                let interest = connection.interest();
                let event = match self.selector.add(Source::Connection(connection), interest) {
                    Ok(id) => {
                        self.connections += 1;
                        Event::Opened { id, peer }
                    }
                    // The connection inside the rejected source is closed with it.
                    Err(rejected) => Event::Refused { peer, error: rejected.error },
                };
                return Ok(Some(Happened::Other(event)));
            }
            Err(error) if Listener::is_shortage(&error) => self.set_accepting(false)?,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        self.next_turn();
        Ok(None)
    }

    fn serve(&mut self, event: selector::Event, buffer: &mut [u8]) -> Option<Happened> {
        let (id, limit) = (event.token, self.options.queue);
        let is_edge = self.options.trigger == Trigger::Edge;
        let connection = self.connection(id)?;
        if event.writable && !connection.queue.is_empty() {
            let flushed = connection.flush(limit);
            // Room was looked for; what there is to read comes next, with the same event.
            self.ready[self.at].writable = false;
            return match flushed {
                Ok(bytes) => {
                    self.settle(id);
                    (bytes > 0).then_some(Happened::Other(Event::Sent { id, bytes }))
                }
                Err(error) => {
                    self.drop_connection(id, Some(error));
                    None
                }
            };
        }
        if event.priority {
            // A byte out of band is nothing that this loop's users speak: taken and dropped.
            let _ = connection.socket.recv_out_of_band();
            connection.had_out_of_band = true;
            self.ready[self.at].priority = false;
            return None;
        }
        if connection.has_ended || connection.is_paused {
            // Nothing to be read for now, but an error or a hang-up would be reported for ever.
            if event.closed {
                let error = connection.socket.take_error().err();
                self.drop_connection(id, error);
            }
            self.next_turn();
            return None;
        }
        if !event.readable {
            self.next_turn();
            return None;
        }
        let received = connection.socket.recv(buffer);
        let (is_draining, had_out_of_band) = (connection.is_draining, connection.had_out_of_band);
        match received {
            Ok(0) => {
                connection.has_ended = true;
                self.next_turn();
                self.settle(id);
                (!is_draining).then_some(Happened::Other(Event::Ended { id }))
            }
            Ok(bytes) => {
                self.turns += 1;
                // A short receive has emptied the socket (epoll(7)): what comes later is a new edge.
                // Not if the end came with this one, nor if a receive may have stopped at the place
                // of a byte out of band.
                let is_empty = bytes < buffer.len() && !event.ended && !event.closed && !had_out_of_band;
                if !is_edge || is_empty {
                    self.next_turn();
                } else if self.turns == TURN {
                    self.give_way(id);
                }
                (!is_draining).then_some(Happened::Received { id, bytes })
            }
            Err(error) => {
                self.next_turn();
                if error.kind() != io::ErrorKind::WouldBlock {
                    self.drop_connection(id, Some(error));
                }
                None
            }
        }
    }

    fn next_turn(&mut self) {
        self.at += 1;
        self.turns = 0;
    }

    /// Lets the others have their turn. Level-triggered, what is left is reported again by itself;
    /// edge-triggered it has to be asked for.
    fn give_way(&mut self, id: Token) {
        self.next_turn();
        if self.options.trigger == Trigger::Edge
            && let Some(watched) = self.connection(id).map(|connection| connection.watched)
            && let Err(error) = self.selector.set_interest(id, watched)
        {
            self.drop_connection(id, Some(error));
        }
    }

    /// Brings what is watched for in line with what is left to be done.
    pub(super) fn settle(&mut self, id: Token) {
        let Some(connection) = self.connection(id) else { return };
        let was_draining = connection.is_draining;
        if connection.is_done() {
            return self.drop_connection(id, None);
        }
        let (interest, begins_to_drain) = (connection.interest(), connection.is_draining && !was_draining);
        if begins_to_drain {
            self.look_at(id, Some(Instant::now() + DRAIN));
        }
        if let Some(connection) = self.connection(id).filter(|connection| connection.watched != interest) {
            connection.watched = interest;
            if let Err(error) = self.selector.set_interest(id, interest) {
                self.drop_connection(id, Some(error));
            }
        }
    }

    fn begin_to_stop(&mut self) -> io::Result<()> {
        self.ends_at = Some(Instant::now() + GRACE);
        for id in self.selector.tokens() {
            match self.selector.get(id)? {
                // A close with unread input would be a reset, and the kernel would forget what it still has to send.
                Source::Connection(connection)
                    if connection.queue.is_empty() && is_settled(&connection.socket)? =>
                {
                    self.drop_connection(id, None)
                }
                Source::Connection(_) => self.finish(id),
                Source::Listener(_) | Source::Stop(_) => drop(self.selector.remove(id)?),
            }
        }
        Ok(())
    }

    /// Watches the listeners, or lets clients wait in their queues for a while.
    fn set_accepting(&mut self, on: bool) -> io::Result<()> {
        self.accepting = on;
        if !on && !self.will_retry {
            self.will_retry = true;
            self.add_timer(Instant::now() + RETRY, Due::AcceptAgain);
        }
        for id in self.selector.tokens() {
            if let Source::Listener(_) = self.selector.get(id)? {
                self.selector.set_interest(id, if on { Interest::READ } else { Interest::NONE })?;
            }
        }
        Ok(())
    }

    pub(super) fn drop_connection(&mut self, id: Token, error: Option<io::Error>) {
        if self.connection(id).is_none() {
            return;
        }
        if let Ok(Source::Connection(connection)) = self.selector.remove(id) {
            self.connections -= 1;
            self.closed.push_back(Event::Closed { id, peer: connection.peer.clone(), error });
        }
        if !self.accepting {
            // A descriptor is free again. An error here would come again at the next wait.
            let _ = self.set_accepting(true);
        }
    }
}
