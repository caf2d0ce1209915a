//! # Limits
//!
//! You will learn: how long a datagram may be; what happens to one that is too long for the
//! receiver; who is told when nobody receives it.
//! Run it: `cargo run --bin lesson3 limits`
//! Python: `sendto` with 65508 bytes, `recv(1024)`, `connect` on a datagram socket.
//! Try: the same over `[::1]`: IPv6 has another limit.

use std::fmt::Display;
use std::io;
use std::net::UdpSocket;
use std::time::Duration;

use anyhow::Context;
use netkit::cli::{Session, Text, pad};
use netkit::net::{Addr, Kind, Socket};
use netkit::sys::error_name;

use crate::text::limits as text;

/// The longest payload over IPv4: 65,535 less 20 bytes of IP and 8 of UDP header.
const LONGEST: usize = 65_507;

pub fn run(session: &Session) -> anyhow::Result<()> {
    let any: Addr = "127.0.0.1:0".parse()?;
    let mut receiver = Socket::new(&any, Kind::Datagram, session.trace())?;
    receiver.bind(&any)?;
    receiver.set_timeout(Some(Duration::from_millis(500)))?;
    let to = receiver.local_addr()?;
    let sender = Socket::new(&any, Kind::Datagram, session.trace())?;
    sizes(session, &sender, &receiver, &to)?;
    too_long_for_the_receiver(session, &sender, &receiver, &to)?;
    nobody_there(session, &any)
}

fn show(session: &Session, call: &str, result: io::Result<impl Display>, remark: &Text) -> io::Result<()> {
    let result = match result {
        Ok(value) => value.to_string(),
        Err(error) => error_name(&error),
    };
    let (call, result) = (pad(call, 30), pad(&result, 20));
    session.line(format!("{call} -> {result} # {}", remark.get(session.lang())))
}

fn sizes(session: &Session, sender: &Socket, receiver: &Socket, to: &Addr) -> anyhow::Result<()> {
    let mut buffer = vec![0; 65_535];
    let big = vec![b'x'; LONGEST + 1];
    show(session, "sendto(65507 bytes)", sender.send_to(&big[..LONGEST], to), &text::FITS)?;
    let received = receiver.recv_from(&mut buffer)?.context("nothing stops this socket")?;
    show(session, "recvfrom(65535)", Ok(received.size), &text::WHOLE)?;
    show(session, "sendto(65508 bytes)", sender.send_to(&big, to), &text::TOO_LONG)?;
    show(session, "sendto(0 bytes)", sender.send_to(b"", to), &text::EMPTY)?;
    let received = receiver.recv_from(&mut buffer)?.context("nothing stops this socket")?;
    show(session, "recvfrom(65535)", Ok(received.size), &text::NOT_THE_END)?;
    Ok(())
}

fn too_long_for_the_receiver(
    session: &Session,
    sender: &Socket,
    receiver: &Socket,
    to: &Addr,
) -> anyhow::Result<()> {
    sender.send_to(&[b'a'; 2000], to)?;
    sender.send_to(b"next", to)?;
    let mut buffer = [0; 1024];
    let first = receiver.recv_from(&mut buffer)?.context("nothing stops this socket")?;
    let kept = format!("{} of {} bytes", first.bytes, first.size);
    show(session, "2000 bytes: recvfrom(1024)", Ok(kept), &text::CUT)?;
    let second = receiver.recv_from(&mut buffer)?.context("nothing stops this socket")?;
    let text_of_second = String::from_utf8_lossy(&buffer[..second.bytes]).into_owned();
    show(session, "recvfrom(1024)", Ok(text_of_second), &text::REST_IS_LOST)?;
    Ok(())
}

fn nobody_there(session: &Session, any: &Addr) -> anyhow::Result<()> {
    // A port where surely nobody is: one that was free a moment ago.
    let closed = Addr::from(UdpSocket::bind("127.0.0.1:0")?.local_addr()?);
    let unconnected = Socket::new(any, Kind::Datagram, session.trace())?;
    show(session, "unconnected: sendto(nobody)", unconnected.send_to(b"1", &closed), &text::SILENCE)?;
    show(session, "unconnected: sendto(nobody)", unconnected.send_to(b"2", &closed), &text::SILENCE)?;
    let connected = Socket::new(any, Kind::Datagram, session.trace())?;
    connected.connect(&closed)?;
    show(session, "connected: send", connected.send(b"1"), &text::NOT_YET)?;
    show(session, "connected: send", connected.send(b"2"), &text::TOLD)?;
    Ok(())
}
