//! # Families and types
//!
//! You will learn: which kinds of sockets there are, and which of the documents' really exist.
//! Run it: `cargo run --bin lesson1 families`
//! Python: `socket.AF_INET`, `AF_INET6`, `AF_UNIX`; `SOCK_STREAM`, `SOCK_DGRAM`, …
//! Try: run it as an ordinary user and as root, and compare the RAW rows.

use std::io;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;

use netkit::cli::Session;
use netkit::sys::error_name;
use rustix::net::sockopt::socket_protocol;
use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, ipproto, socket_with, socketpair};

use crate::text::tour as text;

const FAMILIES: [(&str, AddressFamily); 3] =
    [("AF_INET", AddressFamily::INET), ("AF_INET6", AddressFamily::INET6), ("AF_UNIX", AddressFamily::UNIX)];

const TYPES: [(&str, SocketType); 5] = [
    ("SOCK_STREAM", SocketType::STREAM),
    ("SOCK_DGRAM", SocketType::DGRAM),
    ("SOCK_SEQPACKET", SocketType::SEQPACKET),
    ("SOCK_RDM", SocketType::RDM),
    ("SOCK_RAW", SocketType::RAW),
];

/// What is sent through each pair that works.
const PROBE: &[u8] = "你好".as_bytes();

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::FAMILIES, &[])?;
    for (family_name, family) in FAMILIES {
        for (type_name, kind) in TYPES {
            // Protocol 0 means "the usual one of this family and type".
            row(session, [family_name, type_name, "0"], family, kind, None)?;
            if let Some((name, protocol)) = explicit(family, kind) {
                row(session, [family_name, type_name, name], family, kind, Some(protocol))?;
            }
        }
    }
    Ok(())
}

fn explicit(family: AddressFamily, kind: SocketType) -> Option<(&'static str, Protocol)> {
    match (family, kind) {
        (AddressFamily::UNIX, _) => None,
        (_, SocketType::STREAM) => Some(("IPPROTO_TCP", ipproto::TCP)),
        (_, SocketType::DGRAM) => Some(("IPPROTO_UDP", ipproto::UDP)),
        (AddressFamily::INET, SocketType::RAW) => Some(("IPPROTO_ICMP", ipproto::ICMP)),
        (AddressFamily::INET6, SocketType::RAW) => Some(("IPPROTO_ICMPV6", ipproto::ICMPV6)),
        _ => None,
    }
}

fn row(
    session: &Session,
    names: [&str; 3],
    family: AddressFamily,
    kind: SocketType,
    protocol: Option<Protocol>,
) -> io::Result<()> {
    let made = socket_with(family, kind, SocketFlags::CLOEXEC, protocol).map_err(io::Error::from);
    let (result, echoed) = match made {
        Ok(socket) => (in_force(&socket), outcome(echo(family, kind))),
        Err(error) => (error_name(&error), String::new()),
    };
    let [family, kind, protocol] = names;
    session.line(format!("  {family:<9} {kind:<15} {protocol:<14} {result:<16} {echoed}").trim_end())
}

/// The protocol that the kernel chose: `SO_PROTOCOL` of socket(7).
fn in_force(socket: &OwnedFd) -> String {
    match socket_protocol(socket) {
        Ok(Some(protocol)) => format!("ok, protocol {}", protocol.as_raw()),
        _ => "ok, protocol 0".to_string(),
    }
}

fn outcome(echoed: io::Result<Option<bool>>) -> String {
    match echoed {
        Ok(Some(true)) => "echo ok".to_string(),
        Ok(Some(false)) => "echo differs".to_string(),
        Ok(None) => String::new(),
        Err(error) => format!("echo: {}", error_name(&error)),
    }
}

/// Sends a few bytes there and back; `None` for a type that has no partner to answer.
fn echo(family: AddressFamily, kind: SocketType) -> io::Result<Option<bool>> {
    let host = if family == AddressFamily::INET6 { "[::1]:0" } else { "127.0.0.1:0" };
    match (family, kind) {
        (_, SocketType::RAW) if family != AddressFamily::UNIX => Ok(None),
        (AddressFamily::UNIX, _) => {
            // A unix socket can be made in pairs, connected from the start.
            let (a, b) = socketpair(family, kind, SocketFlags::CLOEXEC, None)?;
            there_and_back(&a, &b)
        }
        (_, SocketType::STREAM) => {
            let listener = TcpListener::bind(host)?;
            let client = TcpStream::connect(listener.local_addr()?)?;
            let (server, _) = listener.accept()?;
            there_and_back(&client.into(), &server.into())
        }
        _ => {
            let (a, b) = (UdpSocket::bind(host)?, UdpSocket::bind(host)?);
            a.connect(b.local_addr()?)?;
            b.connect(a.local_addr()?)?;
            there_and_back(&a.into(), &b.into())
        }
    }
}

fn there_and_back(a: &OwnedFd, b: &OwnedFd) -> io::Result<Option<bool>> {
    let mut there = [0; 64];
    let mut back = [0; 64];
    rustix::io::write(a, PROBE)?;
    let arrived = rustix::io::read(b, &mut there)?;
    rustix::io::write(b, &there[..arrived])?;
    let returned = rustix::io::read(a, &mut back)?;
    Ok(Some(&back[..returned] == PROBE))
}
