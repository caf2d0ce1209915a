//! A child does not outlive its parent.

use std::io;
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

use crate::sys::exit_child;

/// Whose child this process is. A signal handler reads it, and a handler can be given nothing: so
/// it is a global. Written once, before the handler is there.
static PARENT: AtomicI32 = AtomicI32::new(0);

/// From now on this process ends when `parent` does, however that ends.
///
/// The kernel can send a signal at that moment (`PR_SET_PDEATHSIG` of prctl(2)), but "parent" means
/// the *thread* there that started us: when only that ends, we get the signal too. So the signal is
/// one that we catch, and the handler looks whether we have another parent process now.
///
/// # Errors
/// Those of sigaction(2) and prctl(2): none that are known.
pub(super) fn end_with(parent: Pid) -> io::Result<()> {
    PARENT.store(parent.as_raw_pid(), Ordering::Release);
    let number = libc::SIGRTMAX();
    // SAFETY: `action` is made of integers and pointers, for which zero is valid (no flags, an empty
    // mask); the handler is a function of the right shape for a sigaction without SA_SIGINFO, and
    // calls only getppid and _exit, which signal-safety(7) allows. No old action is asked for.
    let status = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = look_at_parent as extern "C" fn(libc::c_int) as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(number, &action, std::ptr::null_mut())
    };
    if status != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the C library keeps only the lowest real-time signals for itself; SIGRTMAX is free to
    // be used, and ours alone by the documentation of this module.
    let signal = unsafe { Signal::from_raw_unchecked(number) };
    set_parent_process_death_signal(Some(signal))?;
    // It may have ended before we asked for the signal.
    look_at_parent(0);
    Ok(())
}

extern "C" fn look_at_parent(_: libc::c_int) {
    let parent = getppid().map_or(0, Pid::as_raw_pid);
    if parent != PARENT.load(Ordering::Acquire) {
        exit_child(1);
    }
}
