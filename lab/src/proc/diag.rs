//! One socket's queues, asked of the kernel by its two addresses (netlink, sock_diag(7)).
//!
//! `/proc/net/tcp` says the same, but lists all sockets of the machine: thousands, after a busy minute, and each look costs
//! milliseconds. Checks look after each byte they send.

use std::net::{IpAddr, SocketAddr};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 1;
const IPPROTO_TCP: u8 = 6;
/// Where `idiag_rqueue` stands in the answer: behind the message's header (16), family to retransmissions (4), the
/// socket's addresses (48), and a timer (4).
const RECEIVE_QUEUE: usize = 72;

/// Behind the addresses, the queues and what is not looked at come attributes; this one is `struct tcp_info`.
const ATTRIBUTES: usize = 88;
const INET_DIAG_INFO: u16 = 2;
/// Where `tcpi_bytes_acked` stands in it; `tcpi_bytes_received` is the next.
const BYTES_ACKED: usize = 120;

/// The two queues of a socket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Queues {
    /// Has arrived and was not read.
    pub(super) receive: u64,
    /// Was sent, and the other end has not confirmed it.
    pub(super) send: u64,
}

/// The queues of the socket between these two; those of a listener when `remote` is unspecified. None when there is no
/// such socket.
pub(super) fn queues(local: SocketAddr, remote: SocketAddr) -> Result<Option<Queues>, Errno> {
    let Some(answer) = ask(local, remote)? else { return Ok(None) };
    let number = |at: usize| {
        let bytes = answer.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map(|&bytes| u64::from(u32::from_ne_bytes(bytes)))
    };
    let both = number(RECEIVE_QUEUE).zip(number(RECEIVE_QUEUE + 4));
    Ok(both.map(|(receive, send)| Queues { receive, send }))
}

/// The bytes that the socket's peer has confirmed, and those that have come from it, since the connection began.
pub(super) fn bytes(local: SocketAddr, remote: SocketAddr) -> Option<(u64, u64)> {
    let answer = ask(local, remote).ok()??;
    let mut rest = answer.get(ATTRIBUTES..)?;
    loop {
        let (length, kind) = (short(rest, 0)?, short(rest, 2)?);
        let value = rest.get(4..usize::from(length))?;
        if kind == INET_DIAG_INFO {
            let long = |at: usize| Some(u64::from_ne_bytes(*value.get(at..)?.first_chunk()?));
            return long(BYTES_ACKED).zip(long(BYTES_ACKED + 8));
        }
        // Each begins at a multiple of four.
        rest = rest.get(usize::from(length).next_multiple_of(4)..)?;
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn ask(local: SocketAddr, remote: SocketAddr) -> Result<Option<Vec<u8>>, Errno> {
    // A subject that another thread starts just now must not have it.
    let flags = SocketFlags::CLOEXEC;
    let kernel = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, Some(netlink::SOCK_DIAG))?;
    send(&kernel, &request(local, remote), SendFlags::empty())?;
    let mut answer = [0; 1024];
    let (count, _) = recv(&kernel, &mut answer[..], RecvFlags::empty())?;
    // Any other type is an error message: not found.
    let found = answer.get(4..6) == Some(&SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    Ok(found.then(|| answer[..count].to_vec()))
}

/// `struct nlmsghdr` and `struct inet_diag_req_v2`, field by field.
fn request(local: SocketAddr, remote: SocketAddr) -> Vec<u8> {
    let family = if local.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let mut bytes = Vec::with_capacity(72);
    bytes.extend(72_u32.to_ne_bytes());
    bytes.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    bytes.extend(NLM_F_REQUEST.to_ne_bytes());
    bytes.extend([0; 8]); // sequence number and sender, which only matter to who asks twice

    bytes.extend([family.as_raw() as u8, IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1), 0]);
    bytes.extend(u32::MAX.to_ne_bytes()); // in any state
    bytes.extend(local.port().to_be_bytes());
    bytes.extend(remote.port().to_be_bytes());
    bytes.extend(sixteen_bytes(local.ip()));
    bytes.extend(sixteen_bytes(remote.ip()));
    bytes.extend([0; 4]); // on any interface
    bytes.extend([0xff; 8]); // whatever its cookie
    bytes
}

fn sixteen_bytes(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(four) => {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&four.octets());
            bytes
        }
        IpAddr::V6(six) => six.octets(),
    }
}
