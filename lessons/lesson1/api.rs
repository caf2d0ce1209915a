//! # A tour of the calls
//!
//! You will learn: what each socket call returns, on success and when it cannot.
//! Run it: `cargo run --bin lesson1 api`
//! Python: the documents' table of methods, from `bind` to `fileno`.
//! Try: compare with `python3 -c "import socket; print(socket.socket().recv(1))"`.

use std::fmt::Display;
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use netkit::cli::{Session, Text, pad};
use netkit::framing::printable;
use netkit::net::{Addr, Connect, Kind, Listen, Listener, Socket, connect};
use netkit::sys::error_name;
use netkit::trace::Direction;

use crate::text::api as text;

/// More than the kernel's buffers hold: 64 MiB.
const BIG: usize = 64 * 1024 * 1024;

pub fn run(session: &Session) -> anyhow::Result<()> {
    let any: Addr = "127.0.0.1:0".parse()?;
    let (server, client) = making_a_connection(session, &any)?;
    errors_as_numbers(session, &any)?;
    sending_and_receiving(session, &server, &client)?;
    waiting(session, client)?;
    how_much_one_send_takes(session)?;
    datagrams(session, &any)?;
    closing(session)
}

/// Prints one call, what it returned, and a remark.
fn show(session: &Session, call: &str, result: io::Result<impl Display>, remark: &Text) -> io::Result<()> {
    let result = match result {
        Ok(value) => value.to_string(),
        Err(error) => error_name(&error),
    };
    let (call, result) = (pad(call, 32), pad(&result, 26));
    session.line(format!("{call} -> {result} # {}", remark.get(session.lang())))
}

/// A call whose success returns nothing to see.
fn done(result: io::Result<()>) -> io::Result<&'static str> {
    result.map(|()| "ok")
}

fn making_a_connection(session: &Session, any: &Addr) -> anyhow::Result<(Socket, Socket)> {
    let mut listener = Socket::new(any, Kind::Stream, session.trace())?;
    let number = listener.as_fd().as_raw_fd();
    show(session, "socket(AF_INET, SOCK_STREAM)", Ok(number), &text::DESCRIPTOR)?;
    show(session, "fileno()", Ok(number), &text::SAME)?;
    let bound = listener.bind(any);
    show(session, "bind(127.0.0.1:0)", done(bound), &text::PORT)?;
    show(session, "getsockname()", listener.local_addr(), &text::PORT)?;
    let listening = listener.listen(5);
    show(session, "listen(5)", done(listening), &text::CLIENTS_CAN)?;

    listener.set_timeout(Some(Duration::ZERO))?;
    let nobody = listener.accept().map(|_| "a client");
    show(session, "setblocking(False); accept()", nobody, &text::NOBODY_YET)?;
    listener.set_timeout(None)?;

    let client = Socket::new(any, Kind::Stream, session.trace())?;
    let unconnected = client.peer_addr();
    show(session, "getpeername() before connect", unconnected, &text::UNCONNECTED)?;
    show(session, "recv(1) before connect", client.recv(&mut [0]), &text::UNCONNECTED)?;
    let connected = client.connect(&listener.local_addr()?);
    show(session, "connect(…)", done(connected), &text::BY_KERNEL)?;
    show(session, "getpeername()", client.peer_addr(), &text::SERVER)?;
    let (accepted, peer) = listener.accept()?.context("nothing stops this listener")?;
    show(session, "accept()", Ok(format!("{}, {peer}", accepted.as_fd().as_raw_fd())), &text::NEW_SOCKET)?;
    Ok((accepted, client))
}

fn errors_as_numbers(session: &Session, any: &Addr) -> anyhow::Result<()> {
    // A port where surely nobody listens: one that was free a moment ago.
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let client = Socket::new(any, Kind::Stream, session.trace())?;
    let number = match client.connect(&Addr::from(closed)) {
        Ok(()) => 0,
        Err(error) => error.raw_os_error().unwrap_or(-1),
    };
    show(session, "connect_ex(closed port)", Ok(number), &text::REFUSED)?;
    Ok(())
}

fn sending_and_receiving(session: &Session, server: &Socket, client: &Socket) -> anyhow::Result<()> {
    show(session, "send(\"你好\")", client.send("你好".as_bytes()), &text::UTF8)?;
    let mut buffer = [0; 1024];
    let peeked = server.peek(&mut buffer).map(|count| printable(&buffer[..count]));
    show(session, "recv(1024, MSG_PEEK)", peeked, &text::PEEKED)?;
    let cut = server.recv(&mut buffer[..4]).map(|count| printable(&buffer[..count]));
    show(session, "recv(4)", cut, &text::CUT)?;
    let rest = server.recv(&mut buffer).map(|count| printable(&buffer[..count]));
    show(session, "recv(1024)", rest, &text::REST)?;
    Ok(())
}

fn waiting(session: &Session, mut client: Socket) -> anyhow::Result<()> {
    client.set_timeout(Some(Duration::ZERO))?;
    show(session, "settimeout(0); recv(1)", client.recv(&mut [0]), &text::NOTHING)?;
    client.set_timeout(Some(Duration::from_millis(50)))?;
    let late = client.recv(&mut [0]);
    show(session, "settimeout(0.05); recv(1)", late, &text::LATE)?;
    Ok(())
}

fn how_much_one_send_takes(session: &Session) -> anyhow::Result<()> {
    let big = vec![0; BIG];
    let (mut never_waits, _unread) = connected_pair(session)?;
    never_waits.set_timeout(Some(Duration::ZERO))?;
    show(session, "settimeout(0); send(64 MiB)", never_waits.send(&big), &text::PART)?;

    let (mut in_time, _unread) = connected_pair(session)?;
    in_time.set_timeout(Some(Duration::from_millis(50)))?;
    show(session, "settimeout(0.05); send(64 MiB)", in_time.send(&big), &text::PART)?;
    let (mut in_time, _unread) = connected_pair(session)?;
    in_time.set_timeout(Some(Duration::from_millis(50)))?;
    let all = in_time.send_all(&big).map_err(io::Error::from);
    show(session, "sendall(64 MiB)", done(all), &text::PART_ERROR)?;

    let (blocking, reader) = connected_pair(session)?;
    let sent = thread::scope(|scope| -> io::Result<usize> {
        let read_all = move || while matches!(reader.recv(&mut [0; 65536]), Ok(1..)) {};
        thread::Builder::new().name("reader".to_string()).spawn_scoped(scope, read_all)?;
        let sent = blocking.send(&big);
        drop(blocking); // the end of the stream, which ends the reader
        sent
    });
    show(session, "blocking send(64 MiB)", sent, &text::WHOLE)?;
    Ok(())
}

fn datagrams(session: &Session, any: &Addr) -> anyhow::Result<()> {
    let mut receiver = Socket::new(any, Kind::Datagram, session.trace())?;
    receiver.bind(any)?;
    let sender = Socket::new(any, Kind::Datagram, session.trace())?;
    let sent = sender.send_to(b"hello", &receiver.local_addr()?);
    show(session, "sendto(\"hello\", address)", sent, &text::TAKEN)?;
    let mut buffer = [0; 1024];
    let received = receiver.recv_from(&mut buffer)?;
    if let Some(datagram) = received {
        let shown = format!("{}, {}", printable(&buffer[..datagram.bytes]), datagram.from);
        show(session, "recvfrom(1024)", Ok(shown), &text::WITH_SENDER)?;
    }
    Ok(())
}

fn closing(session: &Session) -> anyhow::Result<()> {
    let (server, client) = connected_pair(session)?;
    show(session, "shutdown(SHUT_WR)", done(client.shutdown(Direction::Write)), &text::HALF)?;
    show(session, "other side: recv(1)", server.recv(&mut [0]), &text::END)?;
    show(session, "other side: send(\"bye\")", server.send(b"bye"), &text::STILL)?;
    client.recv(&mut [0; 3])?;
    client.close();
    show(session, "close()", Ok("ok"), &text::MOVED)?;
    show(session, "send after the peer's close", server.send(b"x"), &text::FIRST)?;
    show(session, "send once more", server.send(b"x"), &text::SECOND)?;
    Ok(())
}

/// Two sockets connected to each other through the loopback interface.
pub fn connected_pair(session: &Session) -> anyhow::Result<(Socket, Socket)> {
    let trace = session.trace();
    let how = Listen { trace: trace.clone(), ..Listen::default() };
    let listener = Listener::bind(&"127.0.0.1:0".parse()?, &how)?;
    let how = Connect { trace: trace.clone(), ..Connect::default() };
    let client = connect(listener.addr(), &how)?;
    let (server, _) = listener.accept()?.context("nothing stops this listener")?;
    Ok((server, client))
}
