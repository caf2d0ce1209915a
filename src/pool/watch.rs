//! Workers are started, and watched: when one ends another takes its place.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use super::JobError;
use super::hub::Hub;
use super::state::{Phase, Worker};
use super::worker::{Packed, Start, work};
use crate::process::{Bell, Descriptor, ParentEnd, Process, receive_frame};

/// After so many workers in a row that could not start, no more are tried.
const ATTEMPTS: u32 = 3;

/// What every worker is given.
#[derive(Default)]
pub(super) struct Outfit {
    pub(super) initializer: Option<(u32, Vec<u8>, Vec<OwnedFd>)>,
    pub(super) context: Option<(String, Vec<u8>, Vec<OwnedFd>)>,
}

/// A worker that has not said yet that it is ready.
pub(super) struct Newcomer {
    process: Arc<Process>,
    end: ParentEnd,
    socket: OwnedFd,
}

impl Outfit {
    fn start(&self, end: &ParentEnd, bell: &Bell, socket: OwnedFd) -> io::Result<Start> {
        let copy = |bytes: &Vec<u8>, descriptors: &Vec<OwnedFd>| {
            let descriptors: io::Result<Vec<Descriptor>> =
                descriptors.iter().map(|one| Ok(Descriptor(one.try_clone()?))).collect();
            Ok::<_, io::Error>(Packed { bytes: bytes.clone(), descriptors: descriptors? })
        };
        let initializer = match &self.initializer {
            Some((task, bytes, descriptors)) => Some((*task, copy(bytes, descriptors)?)),
            None => None,
        };
        let context = match &self.context {
            Some((name, bytes, descriptors)) => Some((name.clone(), copy(bytes, descriptors)?)),
            None => None,
        };
        Ok(Start {
            lane: end.other_end()?,
            bell: bell.same()?,
            socket: Descriptor(socket),
            initializer,
            context,
        })
    }
}

impl Newcomer {
    /// Starts a worker, and does not wait until it is ready.
    pub(super) fn start(outfit: &Outfit, bell: &Bell) -> io::Result<Self> {
        let (socket, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        let end = ParentEnd::new()?;
        let start = outfit.start(&end, bell, theirs)?;
        let process = Arc::new(Process::spawn(work, start)?);
        Ok(Newcomer { process, end, socket })
    }

    /// Waits until it is ready. `None`: `stop` became readable before.
    pub(super) fn ready(self, stop: Option<&OwnedFd>) -> io::Result<Option<Worker>> {
        loop {
            let none = &self.process;
            let stop = stop.map_or(none.as_fd(), AsFd::as_fd);
            let mut watched = [self.socket.as_fd(), self.process.as_fd(), stop]
                .map(|descriptor| PollFd::from_borrowed_fd(descriptor, PollFlags::IN));
            match poll(&mut watched, None) {
                Err(rustix::io::Errno::INTR) => continue,
                result => result?,
            };
            let [said, ended, stopped] = watched.map(|one| !one.revents().is_empty());
            if said && let Some((words, _)) = receive_frame(&self.socket)? {
                return match String::from_utf8_lossy(&words).into_owned() {
                    words if words.is_empty() => Ok(Some(Worker::new(self.process, self.end, self.socket))),
                    words => Err(io::Error::other(format!("the initializer failed: {words}"))),
                };
            }
            if said || ended {
                let status = self.process.join()?;
                return Err(io::Error::other(format!("a worker ended before it was ready: {status}")));
            }
            if stopped {
                return Ok(None);
            }
        }
    }
}

impl Hub {
    /// The thread that watches workers, until there are none and none are needed.
    pub(super) fn watch(&self, outfit: &Outfit) {
        let mut failures = 0;
        while let Some(missing) = self.look() {
            let Some(slot) = missing else {
                self.wait_for_change();
                continue;
            };
            let newcomer = Newcomer::start(outfit, &self.bell).and_then(|new| new.ready(Some(&self.control)));
            match newcomer {
                Ok(Some(worker)) => {
                    failures = 0;
                    let mut state = self.lock();
                    if state.phase == Phase::Terminated {
                        let _ = worker.process.kill();
                    }
                    state.workers[slot] = Some(worker);
                    state.assign();
                    state.balance();
                    state.dismiss();
                }
                Ok(None) => self.drain_control(),
                Err(error) => {
                    failures += 1;
                    if failures == ATTEMPTS {
                        self.give_up(&error);
                    }
                }
            }
        }
        self.unwatched();
    }

    /// Buries the dead. Then: an empty place that needs a worker, or `Some(None)` when all is well;
    /// `None` when the pool is over.
    fn look(&self) -> Option<Option<usize>> {
        let mut state = self.lock();
        let mut buried = false;
        for slot in 0..state.workers.len() {
            let Some(worker) = &state.workers[slot] else { continue };
            if let Ok(Some(status)) = worker.process.try_join() {
                state.bury(slot, status);
                buried = true;
            }
        }
        let empty = state.workers.iter().position(Option::is_none);
        let work_left = !state.queue.is_empty();
        let needed = match state.phase {
            _ if state.broken.is_some() => false,
            Phase::Open => true,
            Phase::Closed => work_left,
            Phase::Terminated => false,
        };
        let over = !needed && state.phase != Phase::Open && state.workers.iter().all(Option::is_none);
        drop(state);
        if buried {
            // There may be outcomes to bring, and one who died may have silenced the bell.
            self.bell.ring_surely();
        }
        if over { None } else { Some(empty.filter(|_| needed)) }
    }

    /// Waits until a worker ends or the pool's phase changes.
    fn wait_for_change(&self) {
        let processes: Vec<Arc<Process>> =
            self.lock().workers.iter().flatten().map(|worker| Arc::clone(&worker.process)).collect();
        let ends = processes.iter().map(AsFd::as_fd).chain([self.control.as_fd()]);
        let mut watched: Vec<PollFd<'_>> =
            ends.map(|descriptor| PollFd::from_borrowed_fd(descriptor, PollFlags::IN)).collect();
        // Whatever it returns: who waits looks again.
        let _ = poll(&mut watched, None);
        self.drain_control();
    }

    fn drain_control(&self) {
        let _ = rustix::io::read(&self.control, &mut [0; 8]);
    }

    /// No worker can be started any more: nobody may wait for one.
    fn give_up(&self, error: &io::Error) {
        let mut state = self.lock();
        state.broken = Some(error.to_string());
        if state.workers.iter().all(Option::is_none) {
            state.cancel_all(&JobError::refused(format!("the pool has no workers any more: {error}")));
        }
        drop(state);
        self.bell.ring_surely();
    }
}
