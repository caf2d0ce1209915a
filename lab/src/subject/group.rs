//! A subject as a guest of the machine: what it may take, and how it and all its children are ended.

use std::process::Child;

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};

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
