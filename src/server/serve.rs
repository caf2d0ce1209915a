//! The loop that serves every combination.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::work::Work;
use super::{Dispatch, Fault, Handler, Shutdown, Started, Step, Task, Transport};
use crate::net::{Addr, Listen, Listener};
use crate::selector::{Event, Interest, Mechanism, Selector, Token};
use crate::sys::Stop;

/// How long a server waits for what still runs when it is closed.
const CLOSE_DEADLINE: Duration = Duration::from_millis(700);

/// When accepting is tried again after a shortage, though nothing of ours has ended.
const RETRY: Duration = Duration::from_secs(1);

/// Stands for a timeout too long to be added to a point in time.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A server: transport × handler × dispatch. See the [module](super).
///
/// Dropping it closes it as [`server_close`](Server::server_close) does.
pub struct Server<T, H, D: Dispatch> {
    transport: Option<T>,
    addr: Addr,
    work: Arc<Work<H>>,
    dispatch: D,
    shutdown: Shutdown,
    served: usize,
    /// What tells of the ends of children that outlived the call that started them.
    ends: Vec<Arc<OwnedFd>>,
    is_closed: bool,
}

/// What the loop watches.
enum Source<T> {
    Requests(T),
    Stop(Stop),
    Child(Arc<OwnedFd>),
}

impl<T: AsFd> AsFd for Source<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Source::Requests(transport) => transport.as_fd(),
            Source::Stop(stop) => stop.as_fd(),
            Source::Child(end) => end.as_fd(),
        }
    }
}

impl<T: Transport, H: Handler<T::Request>, D: Dispatch + Default> Server<T, H, D> {
    /// Binds `addr` with the usual settings: a queue of 128, address reuse, the dispatch's limits.
    ///
    /// # Errors
    /// Those of [`Transport::bind`].
    pub fn bind(addr: &Addr, handler: H) -> io::Result<Self> {
        Self::with(addr, handler, D::default(), &Listen::default())
    }
}

impl<T: Transport, H: Handler<T::Request>, D: Dispatch> Server<T, H, D> {
    /// Binds `addr`. A stop in `how` is the server's own: turning it on shuts the server down.
    ///
    /// # Errors
    /// Those of [`Transport::bind`]; no descriptor left.
    pub fn with(addr: &Addr, handler: H, dispatch: D, how: &Listen) -> io::Result<Self> {
        let stop = match &how.stop {
            Some(stop) => stop.clone(),
            None => Stop::new()?,
        };
        let transport = T::bind(addr, &Listen { stop: Some(stop.clone()), ..how.clone() })?;
        let addr = transport.addr().clone();
        let work = Arc::new(Work { handler, on_step: None });
        let shutdown = Shutdown::new(stop)?;
        Ok(Server {
            transport: Some(transport),
            addr,
            work,
            dispatch,
            shutdown,
            served: 0,
            ends: Vec::new(),
            is_closed: false,
        })
    }

    /// Calls `told` at every step of every request, in the thread or process that takes it.
    ///
    /// Has no effect once a request is being worked on.
    pub fn on_step(&mut self, told: impl Fn(Step) + Send + Sync + 'static) {
        if let Some(work) = Arc::get_mut(&mut self.work) {
            work.on_step = Some(Box::new(told));
        }
    }

    /// The address in force.
    pub fn server_address(&self) -> &Addr {
        &self.addr
    }

    /// How many requests were taken.
    pub fn served(&self) -> usize {
        self.served
    }

    /// A handle that stops the server, for other threads and for handlers.
    pub fn shutdown_handle(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Serves until [`Shutdown::shutdown`] or the stop; at once if that was before.
    ///
    /// # Errors
    /// Those of the selector; nothing that a client or a handler does.
    pub fn serve_forever(&mut self) -> io::Result<()> {
        self.serve(None).map(|_| ())
    }

    /// Serves one request; says whether there was one within `timeout`.
    ///
    /// # Errors
    /// As [`serve_forever`](Server::serve_forever).
    pub fn handle_request(&mut self, timeout: Duration) -> io::Result<bool> {
        let now = Instant::now();
        self.serve(Some(now.checked_add(timeout).unwrap_or(now + FOR_EVER)))
    }

    /// Stops accepting, waits a while for what still runs, and returns how many tasks did not end.
    ///
    /// Connections of handlers that still run report the end of the stream, so a handler that only
    /// waits for its client ends at once. Children that do not are terminated.
    ///
    /// Python: `server_close`, which waits for ever for an idle client's thread.
    pub fn server_close(&mut self) -> usize {
        self.close()
    }

    fn serve(&mut self, once_until: Option<Instant>) -> io::Result<bool> {
        let Some(transport) = self.transport.take() else {
            return Ok(false); // closed
        };
        let shutdown = self.shutdown.clone();
        let _running = shutdown.running();
        self.work.step(Step::ServeForever);
        let mut selector = Selector::new(Mechanism::Epoll)?;
        self.dispatch.begin(&selector.waker())?;
        let requests = selector.add(Source::Requests(transport), Interest::READ)?;
        selector.add(Source::Stop(shutdown.stop().clone()), Interest::READ)?;
        for end in self.ends.drain(..) {
            selector.add(Source::Child(end), Interest::READ)?;
        }
        let result = self.turns(&mut selector, requests, once_until);
        // Back where the next call, or server_close, finds it.
        for token in selector.tokens() {
            match selector.remove(token) {
                Ok(Source::Requests(transport)) => self.transport = Some(transport),
                Ok(Source::Child(end)) => self.ends.push(end),
                _ => {}
            }
        }
        result
    }

    fn turns(
        &mut self,
        selector: &mut Selector<Source<T>>,
        requests: Token,
        once_until: Option<Instant>,
    ) -> io::Result<bool> {
        let mut events: Vec<Event> = Vec::new();
        let mut short_until: Option<Instant> = None;
        let begun = self.served;
        // ANCHOR: wait
        while !self.shutdown.stop().is_requested() {
            let now = Instant::now();
            short_until = short_until.filter(|until| *until > now);
            // Without room, or short of descriptors, clients keep their places in the queue.
            let ready = self.dispatch.has_room() && short_until.is_none();
            selector.set_interest(requests, if ready { Interest::READ } else { Interest::NONE })?;
            let until = [short_until, once_until].into_iter().flatten().min();
            selector.wait(&mut events, until.map(|until| until.saturating_duration_since(now)))?;
            // ANCHOR_END: wait
            for event in &events {
                match selector.get_mut(event.token) {
                    Ok(Source::Requests(transport)) if self.dispatch.has_room() => {
                        match self.take_request(transport) {
                            Ok(Some(end)) => drop(selector.add(Source::Child(end), Interest::READ)?),
                            Ok(None) => {}
                            Err(error) if Listener::is_shortage(&error) => {
                                short_until = Some(Instant::now() + RETRY)
                            }
                            // Python swallows every error of get_request; so do we: it is the client's.
                            Err(_) => {}
                        }
                    }
                    Ok(Source::Child(_)) => {
                        let child = selector.remove(event.token)?;
                        self.dispatch.reap(child.as_fd());
                        short_until = None;
                    }
                    _ => {}
                }
            }
            self.work.handler.service_actions();
            if once_until.is_some_and(|until| self.served > begun || until <= Instant::now()) {
                break;
            }
        }
        Ok(self.served > begun)
    }

    // ANCHOR: take
    /// Takes one request and hands it to the dispatch; returns what tells of a child's end.
    fn take_request(&mut self, transport: &mut T) -> io::Result<Option<Arc<OwnedFd>>> {
        self.work.step(Step::GetRequest);
        let (request, client) = transport.get_request()?;
        self.served += 1;
        self.work.step(Step::VerifyRequest);
        let verified = catch_unwind(AssertUnwindSafe(|| self.work.handler.verify_request(&request, &client)));
        let (work, told) = (Arc::clone(&self.work), client.clone());
        let task: Task = match verified {
            Ok(true) => {
                self.work.step(Step::ProcessRequest);
                Box::new(move || work.run::<T>(request, &client))
            }
            // The goodbye may take a second, if the client goes on sending: not here.
            Ok(false) => Box::new(move || work.shutdown_request::<T>(request)),
            Err(payload) => {
                self.work.fault(&client, &Fault::of_panic(&*payload));
                Box::new(move || work.shutdown_request::<T>(request))
            }
        };
        match self.dispatch.process_request(task) {
            Ok(Started::Process(end)) => Ok(Some(end)),
            Ok(Started::Running) => Ok(None),
            Err(error) => {
                // The task is gone, and with it this client's connection; the others are served on.
                self.work.fault(&told, &Fault::Error(error));
                Ok(None)
            }
        }
    }
    // ANCHOR_END: take
}

impl<T, H, D: Dispatch> Server<T, H, D> {
    fn close(&mut self) -> usize {
        self.is_closed = true;
        self.shutdown.stop().request();
        self.transport = None;
        self.dispatch.close(Instant::now() + CLOSE_DEADLINE)
    }
}

impl<T, H, D: Dispatch> Drop for Server<T, H, D> {
    fn drop(&mut self) {
        // What server_close has waited for in vain is not waited for again.
        if !self.is_closed {
            self.close();
        }
    }
}
