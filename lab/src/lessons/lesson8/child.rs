//! One child process of a subject, to be stopped or killed by the grader.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::{Subject, Trial, proc, until};

/// A process that was a child of the subject. Signals go to it or to nobody: never to who gets its number after it.
pub(crate) struct Child {
    pub(crate) pid: u32,
    handle: OwnedFd,
}

impl Child {
    /// The child `pid` of the subject, unless it is none (any more).
    pub(crate) fn of(subject: &Subject, pid: u32) -> Option<Child> {
        // The descriptor first: whoever is a child of the subject after that is the one it stands for.
        let handle = pidfd_open(Pid::from_raw(pid.cast_signed())?, PidfdFlags::empty()).ok()?;
        let children = proc::children(subject.pid()).ok()?;
        children.contains(&pid).then_some(Child { pid, handle })
    }

    pub(crate) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Stops it, and says whether it was alive to be stopped: if so, it does not end before it goes on or is killed.
    pub(crate) fn stop(&self, trial: &Trial) -> bool {
        self.begin_to_stop();
        let moment = trial.whole_deadline().at_most(Duration::from_millis(200));
        until(moment, || matches!(self.state(), 'T' | 'Z' | 'X'));
        let stopped = self.is_stopped();
        if !stopped {
            // It has ended, or it does so soon.
            self.go_on();
        }
        stopped
    }

    /// As [`Child::stop`], and does not wait for it: it stops when it would run next.
    pub(crate) fn begin_to_stop(&self) {
        self.signal(Signal::STOP);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.state() == 'T'
    }

    fn state(&self) -> char {
        proc::state(self.pid).unwrap_or('X')
    }

    /// Lets it go on after a stop.
    pub(crate) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        // The only error is that it has ended.
        let _ = pidfd_send_signal(&self.handle, signal);
    }
}
