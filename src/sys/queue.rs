//! What the kernel holds for a socket: clients that wait, bytes that are on their way.

use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{AsFd, AsRawFd};

use rustix::io::ioctl_fionread;

/// The accept queue of a listening TCP socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptQueue {
    /// Connections that are complete and wait for accept(2).
    pub waiting: u32,
    /// The backlog in force: what listen(2) was asked for, cut to `net.core.somaxconn`.
    pub limit: u32,
}

/// Asks the kernel for the accept queue of `listener` (what `ss -lt` shows as Recv-Q and Send-Q).
///
/// Linux only: `TCP_INFO` of tcp(7); for a listening socket the kernel stores the queue in the
/// fields `tcpi_unacked` and `tcpi_sacked` (`tcp_get_info` in net/ipv4/tcp.c).
///
/// # Errors
/// `InvalidInput` or an OS error when `listener` is not a TCP socket.
///
/// ```
/// use std::net::TcpListener;
/// use netkit::sys::accept_queue;
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// assert_eq!(accept_queue(&listener)?.waiting, 0);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn accept_queue(listener: impl AsFd) -> io::Result<AcceptQueue> {
    let mut info = MaybeUninit::<libc::tcp_info>::zeroed();
    let mut length = size_of::<libc::tcp_info>() as libc::socklen_t;
    // SAFETY: `info` is writable memory of exactly `length` bytes and lives until the call
    // returns; the descriptor is borrowed, so it is open for as long.
    let status = unsafe {
        libc::getsockopt(
            listener.as_fd().as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            info.as_mut_ptr().cast(),
            &mut length,
        )
    };
    if status != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: every field of tcp_info is a plain integer, and all bytes were zeroed above; what
    // the kernel did not fill (an older kernel fills less) is therefore a valid 0.
    let info = unsafe { info.assume_init() };
    Ok(AcceptQueue { waiting: info.tcpi_unacked, limit: info.tcpi_sacked })
}

/// Whether the kernel holds no bytes for `socket`: none to be received, and none that the other end has not got.
///
/// FIONREAD and TIOCOUTQ of tcp(7) (`SIOCINQ`, `SIOCOUTQ`) and unix(7).
///
/// # Errors
/// Those of ioctl(2): `ENOTTY` for what is no socket.
///
/// ```
/// use std::io::Write;
/// use std::os::unix::net::UnixStream;
/// use netkit::sys::is_settled;
///
/// let (mut ours, theirs) = UnixStream::pair()?;
/// assert!(is_settled(&ours)?);
/// ours.write_all(b"hello")?;
/// assert!(!is_settled(&ours)? && !is_settled(&theirs)?);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn is_settled(socket: impl AsFd) -> io::Result<bool> {
    let mut unsent: libc::c_int = 0;
    // SAFETY: TIOCOUTQ writes one int, into one that lives until the call returns; the descriptor is
    // borrowed, so it is open for as long.
    let status = unsafe { libc::ioctl(socket.as_fd().as_raw_fd(), libc::TIOCOUTQ, &raw mut unsent) };
    if status != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(unsent == 0 && ioctl_fionread(socket)? == 0)
}
