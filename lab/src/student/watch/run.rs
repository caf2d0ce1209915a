//! A check as a program of its own.

use std::env;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use lab::{Deadline, Exercise, Guard, until};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tempfile::TempDir;

use crate::student::lang::Lang;

/// A running `lab check NAME`.
///
/// When dropped it is killed with its group, compilers included; its subjects are in groups with guards, which see that
/// it has gone and end them.
#[derive(Debug)]
pub struct Run {
    check: Child,
    guard: Guard,
    ended: OwnedFd,
    /// Who is killed cannot clear up: all temporary folders of a run are in this one.
    folder: Option<TempDir>,
}

impl Run {
    /// Starts it.
    ///
    /// # Errors
    /// When there is no room for a process or a folder.
    pub fn start(lang: Lang, exercise: &Exercise) -> io::Result<Run> {
        let guard = Guard::start()?;
        let folder = tempfile::Builder::new().prefix("lab-").tempdir()?;
        let mut check = Command::new(env::current_exe()?)
            .args(["check", exercise.name, "--lang", lang.name()])
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .process_group(guard.group().cast_signed())
            .spawn()?;
        let pid = Pid::from_raw(check.id().cast_signed()).ok_or(io::ErrorKind::NotFound)?;
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(ended) => Ok(Run { check, guard, ended, folder: Some(folder) }),
            Err(error) => {
                drop(guard);
                let _ = check.wait();
                Err(error.into())
            }
        }
    }

    /// Readable when it has ended.
    pub fn ended(&self) -> BorrowedFd<'_> {
        self.ended.as_fd()
    }

    /// Whether all its checks passed; to be asked when it has ended.
    pub fn passed(&mut self) -> bool {
        self.check.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.guard.kill();
        let _ = self.check.wait();
        if let Some(path) = self.folder.take().map(TempDir::keep) {
            // A subject may write for a moment yet, until its guard has ended it.
            until(Deadline::after(Duration::from_secs(2)), || {
                let _ = std::fs::remove_dir_all(&path);
                !path.exists()
            });
        }
    }
}
