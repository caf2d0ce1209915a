//! A server that runs: started on its CPU, ready when it says so, ended by its pid.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

use crate::cpu::{self, Cpus};

/// How long a server may take to be ready. Python may take a while on a busy machine.
const START: Duration = Duration::from_secs(10);

/// How long it may take to end.
const END: Duration = Duration::from_secs(3);

/// A server in a process of its own. Dropped, it is ended.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
}

impl Server {
    /// Starts `command` on the servers' CPU and waits until it accepts clients.
    ///
    /// Where it listens is `addr` if that is given, else what its first line says:
    /// `listening on ADDR`.
    ///
    /// # Errors
    /// It cannot be started, or is not ready in time.
    pub fn start(mut command: Command, addr: Option<SocketAddr>, cpus: Cpus) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        // A child inherits the CPU, and so do the threads and children that it starts at once.
        cpu::pin(None, cpus.server)?;
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"));
        cpu::pin(None, cpus.load)?;
        // From here on it is ended, whatever happens.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Server { child: child?, addr: nowhere };
        server.addr = match addr {
            Some(addr) => server.until_it_accepts(addr)?,
            None => server.ready_line()?,
        };
        Ok(server)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn ready_line(&mut self) -> Result<SocketAddr> {
        let stdout = self.child.stdout.as_mut().context("its standard output is a pipe")?;
        let timeout = Timespec { tv_sec: START.as_secs() as i64, tv_nsec: 0 };
        if poll(&mut [PollFd::new(stdout, PollFlags::IN)], Some(&timeout))? == 0 {
            bail!("it did not say in {START:?} where it listens");
        }
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let addr = line.trim_end().strip_prefix("listening on ");
        addr.with_context(|| format!("its first line is {line:?}"))?.parse().context("no address")
    }

    fn until_it_accepts(&mut self, addr: SocketAddr) -> Result<SocketAddr> {
        let begun = Instant::now();
        while begun.elapsed() < START {
            if TcpStream::connect(addr).is_ok() {
                return Ok(addr);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended at once ({status})");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("nobody accepts at {addr} after {START:?}")
    }

    fn has_ended(&mut self, within: Duration) -> bool {
        let timeout = Timespec { tv_sec: within.as_secs() as i64, tv_nsec: i64::from(within.subsec_nanos()) };
        if let Some(pid) = Pid::from_raw(self.child.id() as i32)
            && let Ok(end) = pidfd_open(pid, PidfdFlags::empty())
        {
            // Readable when it has ended. Whatever poll says, try_wait knows.
            let _ = poll(&mut [PollFd::new(&end, PollFlags::IN)], Some(&timeout));
        }
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            // It is our child and not yet collected: the number is its own.
            let _ = kill_process(pid, Signal::TERM);
        }
        if !self.has_ended(END) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
