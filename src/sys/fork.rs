//! fork(2), where it is sound.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

use rustix::process::Pid;

/// Which side of a fork this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fork {
    /// The new process. It ends with [`exit_child`], never by returning to what the parent was doing.
    Child,
    /// The process that forked, with the child's number.
    Parent(Pid),
}

/// Makes a copy of this process: fork(2).
///
/// Only the calling thread exists in the copy. A lock that another thread held at that moment would
/// stay locked in the child for ever, so this works only in a process with one thread.
///
/// In the child SIGTERM is what it was at the start of the program, and SIGINT is ignored: a
/// Ctrl-C reaches the whole group, and it is the parent who decides what becomes of its children.
///
/// # Errors
/// `Unsupported` when other threads run (the message says how many); `EAGAIN`, `ENOMEM` of fork(2).
///
/// Python: `os.fork`, which only warns (3.12).
pub fn fork() -> io::Result<Fork> {
    let threads = threads()?;
    if threads != 1 {
        let why = format!(
            "fork copies only the calling thread, and this process has {threads}: a lock of another one would never open"
        );
        return Err(io::Error::new(io::ErrorKind::Unsupported, why));
    }
    // SAFETY: this process has exactly one thread (checked above, and nobody but this thread could
    // add another), so the child's memory is that of a program at rest: no lock is held by a
    // thread that does not exist there.
    let number = unsafe { libc::fork() };
    match number {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            child_signals();
            Ok(Fork::Child)
        }
        child => Pid::from_raw(child).map(Fork::Parent).ok_or_else(|| io::ErrorKind::Other.into()),
    }
}

/// How many threads this process has: the folder of its tasks has a link for each, and two of its own
/// (proc(5)). Asking for that number is one system call; to list the folder takes five.
fn threads() -> io::Result<u64> {
    Ok(fs::metadata("/proc/self/task")?.nlink().saturating_sub(2))
}

/// Makes SIGTERM end this process, and SIGINT (Ctrl-C reaches the whole group) be ignored: a child's
/// signals, whatever its parent does with them.
pub fn child_signals() {
    // SAFETY: both are valid signals and valid dispositions; neither runs code of ours.
    unsafe {
        libc::signal(libc::SIGTERM, libc::SIG_DFL);
        libc::signal(libc::SIGINT, libc::SIG_IGN);
    }
}

/// Ends a forked child at once: no destructor of the parent's values runs a second time.
///
/// Python: `os._exit`.
pub fn exit_child(code: i32) -> ! {
    // SAFETY: _exit has no preconditions; it ends this process without running anything of it.
    unsafe { libc::_exit(code) }
}
