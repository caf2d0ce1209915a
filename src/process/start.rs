//! This program, started anew: both sides of how a child learns what to do.
//!
//! The child's standard input is a socket; its first and only message says which function, with
//! which arguments. The environment variable [`CHILD_OF`] tells the child to look there.

use std::env;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use rustix::fs::{Mode, OFlags, open};
use rustix::io::fcntl_dupfd_cloexec;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair, sockopt};
use rustix::process::{Pid, getpid};
use rustix::stdio::{dup2_stdin, stdin};
use serde::{Deserialize, Serialize};

use super::frame::{receive_frame, send_frame};
use super::parcel::{append, gathering, handing_out, take};
use super::task::{self, Fault, Tasks, run};
use super::{ending, orphan};
use crate::sys::child_signals;

/// Holds the number of the process that started this one as its child. A program that a child
/// starts inherits the variable, but is not that process' child: so it is not taken for one.
const CHILD_OF: &str = "NETKIT_CHILD_OF";

/// What stands before the arguments in the child's message.
#[derive(Serialize, Deserialize)]
struct Order {
    name: String,
    task: u32,
}

/// Lists the functions that may run in other processes. The first line of `main`.
///
/// - In a process that [`Process::spawn`](super::Process::spawn), a pool or a manager started, it runs
///   what that one is for and never returns: nothing else of `main` runs there.
/// - Otherwise it returns at once. A second call changes nothing.
///
/// ```
/// use netkit::process::{self, Process};
/// use netkit::tasks;
///
/// fn check(a: i32, b: i32) {
///     assert!(a < b);
/// }
///
/// fn main() -> std::io::Result<()> {
///     process::init(tasks![check]);
///     assert_eq!(Process::spawn(check, (1, 2))?.join()?.code(), Some(0));
///     Ok(())
/// }
/// ```
///
/// Python: `if __name__ == "__main__":`, and the import of the main module in a spawned child.
pub fn init(tasks: Tasks) {
    task::publish(tasks);
    if let Some(parent) = child_of() {
        be_a_child(parent)
    }
}

/// The process that started this one with [`start`], if one did.
fn child_of() -> Option<Pid> {
    let number: i32 = env::var(CHILD_OF).ok()?.parse().ok()?;
    // The kernel knows who made the socket: a variable that was only inherited does not fit.
    let creator = sockopt::socket_peercred(stdin()).ok()?.pid;
    (creator.as_raw_pid() == number).then_some(creator)
}

fn be_a_child(parent: Pid) -> ! {
    child_signals();
    let code = match orphan::end_with(parent).and_then(|()| take_link()).and_then(|link| receive_frame(&link))
    {
        Ok(Some((bytes, descriptors))) => handing_out(descriptors, || obey(&bytes)),
        // The parent changed its mind: its arguments could not be sent.
        Ok(None) => 1,
        Err(error) => {
            ending::complain(&format!("a child of {parent} cannot start: {error}"));
            1
        }
    };
    ending::exit(code)
}

fn obey(mut bytes: &[u8]) -> i32 {
    let order: Order = match take(&mut bytes) {
        Ok(order) => order,
        Err(error) => {
            ending::complain(&format!("a child got no order: {error}"));
            return 1;
        }
    };
    ending::panics_name(&order.name);
    match run(order.task, &mut bytes, &mut Vec::new()) {
        Ok(()) => 0,
        // What it returns is dropped.
        Err(Fault::BadResult(_)) => 0,
        // The hook has told it already.
        Err(Fault::Panicked(_)) => ending::PANICKED,
        Err(Fault::BadArguments(why)) => {
            ending::complain(&format!("{}: {}: {why}", order.name, task::name_of(order.task)));
            1
        }
    }
}

/// Moves the socket away from standard input, so that neither the task nor what it starts reads it.
fn take_link() -> io::Result<OwnedFd> {
    let link = fcntl_dupfd_cloexec(stdin(), 3)?;
    dup2_stdin(open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?)?;
    Ok(link)
}

/// Starts this program as a child that waits for its order at the other end of the socket.
pub(super) fn start(what: &str) -> io::Result<(Pid, OwnedFd)> {
    let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    // The very file that runs, even if another one was put in its place meanwhile: the numbers of
    // the functions are the same only there.
    let mut command = Command::new("/proc/self/exe");
    if let Some(name) = env::args_os().next() {
        command.arg0(name);
    }
    // For whoever reads the list of processes.
    command.arg(what);
    let child = command.env(CHILD_OF, getpid().to_string()).stdin(Stdio::from(theirs)).spawn()?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // std's handle neither kills nor collects when it is dropped; ours does.
    Ok((pid.ok_or(io::ErrorKind::InvalidData)?, ours))
}

/// Sends a child its order.
pub(super) fn hand_over<A: Serialize>(link: impl AsFd, name: &str, task: u32, args: &A) -> io::Result<()> {
    let mut bytes = Vec::new();
    let order = Order { name: name.to_string(), task };
    let (result, descriptors) =
        gathering(|| append(&order, &mut bytes).and_then(|()| append(args, &mut bytes)));
    result.map_err(|why| {
        let why = format!("the arguments of {}: {why}", task::name_of(task));
        io::Error::new(io::ErrorKind::InvalidInput, why)
    })?;
    send_frame(link, &bytes, &descriptors)
}
