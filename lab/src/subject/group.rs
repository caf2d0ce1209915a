//! A subject as a guest of the machine: what it may take, and how it and all its children are ended.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process_group, prlimit};

use super::Subject;
use crate::Failure;

/// Kills everybody in the subject's group, then reaps the subject. In this order: as long as it is not reaped, nobody
/// else can have the group's number.
pub(super) fn end_group(child: &mut Child) {
    if let Some(group) = process_id(child) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

pub(super) fn process_id(child: &Child) -> Option<Pid> {
    Pid::from_raw(child.id().cast_signed())
}

/// A wrong subject must not hurt the machine: no huge files, no core dumps, no endless memory. Best effort, since a
/// machine may have stricter limits already.
pub(super) fn set_ceilings(pid: Option<Pid>) {
    for (resource, ceiling) in [(Resource::Core, 0), (Resource::Fsize, 2 << 30), (Resource::Data, 4 << 30)] {
        let _ = prlimit(pid, resource, Rlimit { current: Some(ceiling), maximum: Some(ceiling) });
    }
}

impl Subject {
    /// Sets the number of descriptors that the subject may have open (the soft limit).
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn limit_descriptors(&self, count: u64) -> Result<(), Failure> {
        let hard = getrlimit(Resource::Nofile).maximum;
        self.limit(Resource::Nofile, Rlimit { current: Some(count), maximum: hard })
    }

    /// Sets the size that a file of the subject may have: behind it a write fails (EFBIG), much as on a full disk.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn limit_file_size(&self, bytes: u64) -> Result<(), Failure> {
        self.limit(Resource::Fsize, Rlimit { current: Some(bytes), maximum: Some(bytes) })
    }

    fn limit(&self, resource: Resource, limit: Rlimit) -> Result<(), Failure> {
        prlimit(process_id(&self.child), resource, limit).map_err(io::Error::from)?;
        Ok(())
    }
}

/// Ends the group when the grader itself is ended: by Ctrl-C, which the subject in its own group does not get, or killed.
///
/// A shell that reads from a pipe of ours. However we end, the kernel closes the pipe, and the shell reads EOF. It is
/// there before the subject, so that there is hardly a moment without it.
#[derive(Debug)]
pub(super) struct Guard(Child);

impl Guard {
    /// Starts a guard that has nobody to watch yet.
    pub(super) fn start() -> io::Result<Guard> {
        let shell = Command::new("sh")
            .args(["-c", "read group || exit; read line; kill -s KILL -- \"-$group\""])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Guard(shell))
    }

    /// Gives the guard the group of `subject`.
    pub(super) fn watch(&mut self, subject: &Child) -> io::Result<()> {
        let pipe = self.0.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(pipe, "{}", subject.id())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
