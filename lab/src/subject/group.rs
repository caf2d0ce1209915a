//! How a subject and all its children are ended.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::{fs, io};

use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, pidfd_send_signal};

use crate::proc;

pub(super) fn process_id(child: &Child) -> Option<Pid> {
    Pid::from_raw(child.id().cast_signed())
}

/// The variable of the environment by which a subject's processes are known, wherever they have gone. Its value is the
/// number of the guard.
pub(super) const MARK: &str = "LAB_SUBJECT";

/// Ends the processes that have left the group (setsid, a daemon) and still carry its mark.
pub(super) fn end_strays(group: u32) {
    let mark = format!("{MARK}={group}").into_bytes();
    let has_mark = |pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|variable| variable == mark)
    };
    // Who becomes another process while we look, as a daemon does, is met in the next round: so twice nobody.
    let mut nobody = 0;
    for _ in 0..8 {
        let strays: Vec<u32> = proc::all().unwrap_or_default().into_iter().filter(has_mark).collect();
        nobody = if strays.is_empty() { nobody + 1 } else { 0 };
        if nobody == 2 {
            return;
        }
        for stray in strays {
            let Some(pid) = Pid::from_raw(stray.cast_signed()) else { continue };
            // Held by the descriptor, the number cannot become somebody else's between the look and the signal.
            if let Ok(held) = pidfd_open(pid, PidfdFlags::empty())
                && has_mark(&stray)
            {
                let _ = pidfd_send_signal(&held, Signal::KILL);
            }
        }
    }
}

/// A process group that ends with the one who holds it, however that ends: by a drop, by Ctrl-C, which a group of its own
/// does not get, or killed.
///
/// A shell that reads from a pipe of ours, and leads the group. However we end, the kernel closes the pipe, the shell reads
/// EOF and kills its group. It is there before the others, so there is no moment without it.
#[derive(Debug)]
pub struct Guard(Child);

impl Guard {
    /// Makes a group in which only the guard is.
    ///
    /// # Errors
    /// When there is no shell, or no room for a process.
    pub fn start() -> io::Result<Guard> {
        let shell = Command::new("sh")
            // What a program sends to its whole group is not meant for the guard.
            .args(["-c", "trap '' HUP INT QUIT TERM USR1 USR2; read line; kill -s KILL -- -$$"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Guard(shell))
    }

    /// The number of the group, and of the guard.
    #[must_use]
    pub fn group(&self) -> u32 {
        self.0.id()
    }

    /// Ends everybody in the group.
    pub fn kill(&self) {
        self.signal_group(Signal::KILL);
    }

    /// Sends a signal to everybody in the group. The guard is reaped last of all, when it is dropped: until then nobody
    /// else can have the group's number.
    pub(super) fn signal_group(&self, signal: Signal) {
        if let Some(group) = process_id(&self.0) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.signal_group(Signal::KILL);
        let _ = self.0.wait();
    }
}
