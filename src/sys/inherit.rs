//! What a child process gets without being given it.

/// Keeps every descriptor from `first` on from the programs that this process starts: it marks those
/// that are open now as close-on-exec, close_range(2).
///
/// Rust opens everything so. But whoever started this program may have left something open in it,
/// and a child would inherit that too: a file that nobody closes, a socket whose peer waits for ever.
///
/// A kernel before 5.11 cannot do it, and then nothing changes. Linux only.
///
/// ```
/// netkit::sys::keep_from_children(3);
/// ```
///
/// Python: `close_fds=True` of `subprocess`, which is the default there.
pub fn keep_from_children(first: u32) {
    // SAFETY: nothing is closed in this process and no memory is touched: the flag only decides what
    // is open in a program that is started later.
    let _ = unsafe { libc::close_range(first, u32::MAX, libc::CLOSE_RANGE_CLOEXEC as i32) };
}
