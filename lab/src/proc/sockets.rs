//! The TCP sockets of a process: `/proc/PID/net/tcp` (all of its network) joined with `/proc/PID/fd` (its own).

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::{fs, io};

use super::diag::{Queues, queues};

/// A TCP socket as the kernel lists it.
#[derive(Clone, Debug)]
pub struct Socket {
    /// The process' own address.
    pub local: SocketAddr,
    /// The peer's address; unspecified for a listener.
    pub remote: SocketAddr,
    /// How far the connection has come.
    pub state: SocketState,
    /// Bytes that have arrived and were not read; for a listener, connections that wait to be accepted.
    pub unread: u64,
    /// Bytes that were sent and have not been confirmed by the peer's kernel.
    pub unconfirmed: u64,
    pub(super) inode: u64,
}

/// The state of a TCP socket, in the kernel's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketState {
    /// Both sides may send.
    Established,
    /// We have said that we send no more; the peer has not yet.
    FinWait,
    /// The peer has said that it sends no more; we have not closed yet.
    CloseWait,
    /// A listener.
    Listen,
    /// Any other: opening, or the last steps of closing.
    Other,
}

/// The TCP sockets that the process has open.
///
/// # Errors
/// When the process is gone.
pub fn sockets(pid: u32) -> io::Result<Vec<Socket>> {
    let mut own = HashSet::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
        let Ok(link) = fs::read_link(entry?.path()) else { continue };
        let link = link.to_string_lossy().into_owned();
        if let Some(inode) = link.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) {
            own.extend(inode.parse::<u64>());
        }
    }
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let all = ["tcp", "tcp6"].into_iter().flat_map(|name| table(&format!("/proc/{pid}/net/{name}")));
    Ok(all.filter(|socket| own.contains(&socket.inode)).collect())
}

/// The bytes that lie unread at `server` on its connection with `client`; none when there is no such connection.
#[must_use]
pub fn unread(server: SocketAddr, client: SocketAddr) -> Option<u64> {
    between(server, client).map(|queues| queues.receive)
}

/// The bytes that the program at `server` has sent to `client` and nobody there has read: with the kernels of both sides.
#[must_use]
pub fn on_the_way(server: SocketAddr, client: SocketAddr) -> usize {
    let sent = between(server, client).map_or(0, |queues| queues.send);
    let arrived = between(client, server).map_or(0, |queues| queues.receive);
    usize::try_from(sent + arrived).unwrap_or(usize::MAX)
}

/// The queues of the connected socket with these two addresses.
fn between(local: SocketAddr, remote: SocketAddr) -> Option<Queues> {
    // A kernel without sock_diag has the table.
    queues(local, remote).unwrap_or_else(|_| {
        let found = listed(local).find(|socket| socket.remote == remote);
        found.map(|socket| Queues { receive: socket.unread, send: socket.unconfirmed })
    })
}

/// The connections that wait to be accepted at the listener on `server`; none when nobody listens there.
#[must_use]
pub fn waiting(server: SocketAddr) -> Option<u64> {
    let nobody = SocketAddr::new(if server.is_ipv4() { UNSPECIFIED.0 } else { UNSPECIFIED.1 }, 0);
    let asked = queues(server, nobody).map(|queues| queues.map(|queues| queues.receive));
    asked.unwrap_or_else(|_| {
        listed(server).find(|socket| socket.state == SocketState::Listen).map(|socket| socket.unread)
    })
}

const UNSPECIFIED: (IpAddr, IpAddr) = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED));

/// The sockets in the machine's table whose own address is `local`.
fn listed(local: SocketAddr) -> impl Iterator<Item = Socket> {
    let name = if local.is_ipv4() { "tcp" } else { "tcp6" };
    table(&format!("/proc/self/net/{name}")).into_iter().filter(move |socket| socket.local == local)
}

/// The sockets of a table of the kernel. Those in TIME_WAIT (06) belong to nobody any more; after busy tests they are many
/// thousands, so they are passed over before anything else is read of them.
fn table(path: &str) -> Vec<Socket> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().skip(1).filter(|line| !line.contains(" 06 ")).filter_map(parse_line).collect()
}

/// `sl local remote st tx_queue:rx_queue …`, all in hexadecimal; the tenth field is the inode.
pub(super) fn parse_line(line: &str) -> Option<Socket> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (unconfirmed, unread) = fields.get(4)?.split_once(':')?;
    let state = match *fields.get(3)? {
        "01" => SocketState::Established,
        "04" | "05" => SocketState::FinWait,
        "08" => SocketState::CloseWait,
        "0A" => SocketState::Listen,
        _ => SocketState::Other,
    };
    Some(Socket {
        local: parse_address(fields.get(1)?)?,
        remote: parse_address(fields.get(2)?)?,
        state,
        unread: u64::from_str_radix(unread, 16).ok()?,
        unconfirmed: u64::from_str_radix(unconfirmed, 16).ok()?,
        inode: fields.get(9)?.parse().ok()?,
    })
}

/// `0100007F:270F`: the address in 32-bit words, each in the byte order of this machine, and the port.
fn parse_address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let mut bytes = Vec::new();
    for start in (0..address.len()).step_by(8) {
        let word = u32::from_str_radix(address.get(start..start + 8)?, 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    let ip = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(four) => IpAddr::V4(Ipv4Addr::from(four)),
        Err(_) => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes.as_slice()).ok()?)),
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::{SocketState, on_the_way, sockets, unread, waiting};

    #[test]
    fn the_queues_of_a_connection_are_seen() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(address) else { continue };
            let server = listener.local_addr().unwrap();
            assert_eq!(waiting(server), Some(0));
            let mut client = TcpStream::connect(server).unwrap();
            let from = client.local_addr().unwrap();
            assert_eq!(waiting(server), Some(1));

            let accepted = listener.accept().unwrap();
            client.write_all(b"hello").unwrap();
            assert_eq!((waiting(server), unread(server, from)), (Some(0), Some(5)));
            // Confirmed or not, the five bytes are counted at least once.
            assert!((5..=10).contains(&on_the_way(from, server)));
            let listed = super::listed(server).find(|socket| socket.remote == from).unwrap();
            assert_eq!(listed.unread, 5, "the kernel's table says the same");
            let own = sockets(std::process::id()).unwrap();
            assert!(own.iter().any(|socket| socket.local == server && socket.state == SocketState::Listen));
            drop((accepted, listener));
            assert_eq!(waiting(server), None);
        }
    }
}
