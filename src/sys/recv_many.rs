//! Many datagrams with one system call.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

/// One datagram that [`recv_many`] received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Received {
    /// Bytes that stand at the beginning of this datagram's buffer.
    pub bytes: usize,
    /// Whether the datagram was longer than its buffer: the rest is lost.
    pub truncated: bool,
}

/// Receives up to `buffers.len()` datagrams with one call; waits for the first one only.
///
/// Returns what each of the first buffers now holds, in the order of arrival.
/// Linux only: recvmmsg(2) with `MSG_WAITFORONE`.
///
/// # Errors
/// Those of recvmsg(2); `WouldBlock` when a receive timeout set on the socket ran out.
///
/// Python: none; `recvfrom` once a datagram.
pub fn recv_many(socket: impl AsFd, buffers: &mut [Vec<u8>]) -> io::Result<Vec<Received>> {
    let mut slices: Vec<libc::iovec> = buffers
        .iter_mut()
        .map(|buffer| libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() })
        .collect();
    let mut headers: Vec<libc::mmsghdr> = slices
        .iter_mut()
        .map(|slice| {
            // SAFETY: mmsghdr is made of integers and pointers, for which all zeroes is valid
            // (null: no address wanted, no control data).
            let mut header: libc::mmsghdr = unsafe { std::mem::zeroed() };
            header.msg_hdr.msg_iov = slice;
            header.msg_hdr.msg_iovlen = 1;
            header
        })
        .collect();
    // SAFETY: `headers` has as many entries as we say; each points at one entry of `slices`, and
    // that at the whole of one of `buffers`; all three vectors live, unmoved, until the call
    // returns, and the buffers are borrowed mutably, so nobody else looks at them meanwhile.
    let count = unsafe {
        libc::recvmmsg(
            socket.as_fd().as_raw_fd(),
            headers.as_mut_ptr(),
            headers.len() as libc::c_uint,
            libc::MSG_WAITFORONE,
            std::ptr::null_mut(),
        )
    };
    if count < 0 {
        return Err(io::Error::last_os_error());
    }
    let received = headers.iter().take(count as usize).map(|header| Received {
        bytes: header.msg_len as usize,
        truncated: header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0,
    });
    Ok(received.collect())
}
