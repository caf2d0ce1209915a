//! The load's own wait: epoll, level-triggered, a number for each source.
//!
//! Not netkit's selector: who is measured should not measure.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Result, bail};
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};

use super::PATIENCE;

/// The most that is taken with one wait.
const AT_ONCE: usize = 128;

/// Which sources can be read from.
pub struct Poller {
    list: OwnedFd,
    pub ready: Vec<usize>,
}

impl Poller {
    /// # Errors
    /// No descriptor left.
    pub fn new() -> io::Result<Self> {
        Ok(Poller { list: epoll::create(CreateFlags::CLOEXEC)?, ready: Vec::new() })
    }

    /// Watches `source` until it is closed.
    ///
    /// # Errors
    /// Those of epoll_ctl(2).
    pub fn add(&self, source: impl AsFd, number: usize) -> io::Result<()> {
        Ok(epoll::add(&self.list, source, EventData::new_u64(number as u64), EventFlags::IN)?)
    }

    /// Waits for the next ones.
    ///
    /// # Errors
    /// Nobody had anything to say for too long.
    pub fn wait(&mut self) -> Result<()> {
        let mut room = [const { MaybeUninit::uninit() }; AT_ONCE];
        let timeout = Timespec { tv_sec: PATIENCE.as_secs() as i64, tv_nsec: 0 };
        let ready = match epoll::wait(&self.list, &mut room[..], Some(&timeout)) {
            Err(Errno::INTR) => return Ok(()),
            result => result?.0,
        };
        if ready.is_empty() {
            bail!("no reply for {PATIENCE:?}");
        }
        self.ready.clear();
        self.ready.extend(ready.iter().map(|event| event.data.u64() as usize));
        Ok(())
    }
}

/// Sends a small request, which the kernel takes whole.
///
/// # Errors
/// Those of send(2); it was not taken whole.
pub fn send_whole(socket: impl AsFd, request: &[u8]) -> Result<()> {
    let sent = send(socket, request, SendFlags::NOSIGNAL)?;
    if sent < request.len() {
        bail!("the kernel took {sent} of {} bytes", request.len());
    }
    Ok(())
}

/// Receives what is there; `None`: nothing yet.
///
/// # Errors
/// Those of recv(2).
pub fn receive(socket: impl AsFd, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    match recv(socket, buffer, RecvFlags::DONTWAIT) {
        Ok((_, received)) => Ok(Some(received)),
        Err(Errno::AGAIN | Errno::INTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
