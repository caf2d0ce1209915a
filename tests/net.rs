//! What `netkit::net` and `netkit::sys` promise beyond Python's `socket`, through real sockets.

use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use netkit::net::{Addr, Connect, Kind, Listen, Listener, Socket, connect};
use netkit::sys::{Stop, accept_queue, recv_many};
use netkit::trace::{Direction, Trace};
use rstest::rstest;

/// More than any kernel buffer holds.
const BIG: usize = 64 * 1024 * 1024;

fn any() -> Addr {
    "127.0.0.1:0".parse().unwrap()
}

fn listening() -> Listener {
    Listener::bind(&any(), &Listen::default()).unwrap()
}

fn pair() -> (Socket, Socket) {
    let listener = listening();
    let client = connect(listener.addr(), &Connect::default()).unwrap();
    let (server, peer) = listener.accept().unwrap().unwrap();
    assert_eq!(peer, client.local_addr().unwrap());
    (server, client)
}

fn datagram() -> (Socket, Addr) {
    let mut socket = Socket::new(&any(), Kind::Datagram, &Trace::off()).unwrap();
    socket.bind(&any()).unwrap();
    let addr = socket.local_addr().unwrap();
    (socket, addr)
}

/// Runs `wait` in a thread, `act`s, and returns what the wait returned; never waits for ever.
fn meanwhile<T: Send>(wait: impl FnOnce() -> T + Send, act: impl FnOnce()) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::scope(|scope| {
        let waiter = move || sender.send(wait()).unwrap();
        thread::Builder::new().name("waiter".into()).spawn_scoped(scope, waiter).unwrap();
        act();
        receiver.recv_timeout(Duration::from_secs(10)).expect("the wait did not end")
    })
}

mod addresses {
    use super::*;

    #[rstest]
    #[case("127.0.0.1:9999")]
    #[case("[::1]:0")]
    #[case("unix:/tmp/socket")]
    fn are_shown_as_they_are_written(#[case] text: &str) {
        assert_eq!(text.parse::<Addr>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case("9999")]
    #[case("127.0.0.1")]
    #[case("127.0.0.1:65536")]
    #[case("127.0.0.1:-1")]
    #[case("::1:99999")]
    #[case("unix:")]
    fn that_are_wrong_say_what_to_write(#[case] text: &str) {
        let error = text.parse::<Addr>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("HOST:PORT"), "{error}");
    }

    #[test]
    fn a_unix_path_has_at_most_107_bytes() {
        assert!(format!("unix:/{}", "x".repeat(106)).parse::<Addr>().is_ok());
        let error = format!("unix:/{}", "x".repeat(107)).parse::<Addr>().unwrap_err();
        assert!(error.to_string().contains("107"), "{error}");
    }
}

mod waiting {
    use super::*;

    #[test]
    fn a_timeout_says_timed_out_and_zero_says_would_block() {
        let (mut server, _client) = pair();
        server.set_timeout(Some(Duration::from_millis(20))).unwrap();
        let begun = Instant::now();
        assert_eq!(server.recv(&mut [0]).unwrap_err().kind(), ErrorKind::TimedOut);
        assert!(begun.elapsed() >= Duration::from_millis(20));
        server.set_timeout(Some(Duration::ZERO)).unwrap();
        assert_eq!(server.recv(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }

    #[test]
    fn an_accepted_socket_blocks_whatever_its_listener_does() {
        let mut listener = Socket::new(&any(), Kind::Stream, &Trace::off()).unwrap();
        listener.bind(&any()).unwrap();
        listener.listen(1).unwrap();
        listener.set_timeout(Some(Duration::from_secs(5))).unwrap();
        let client = connect(&listener.local_addr().unwrap(), &Connect::default()).unwrap();
        let (server, _) = listener.accept().unwrap().unwrap();
        let received = meanwhile(|| server.recv(&mut [0; 8]).unwrap(), || client.send_all(b"late").unwrap());
        assert_eq!(received, 4);
    }

    #[test]
    fn connecting_to_a_full_queue_ends_at_the_timeout() {
        let mut full = Socket::new(&any(), Kind::Stream, &Trace::off()).unwrap();
        full.bind(&any()).unwrap();
        full.listen(0).unwrap();
        let addr = full.local_addr().unwrap();
        let _first = connect(&addr, &Connect::default()).unwrap();
        let how = Connect { timeout: Some(Duration::from_millis(50)), ..Connect::default() };
        assert_eq!(connect(&addr, &how).unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[test]
    fn connecting_to_nobody_is_refused_with_and_without_a_timeout() {
        let addr = listening().addr().clone();
        for timeout in [None, Some(Duration::from_secs(5))] {
            let error = connect(&addr, &Connect { timeout, ..Connect::default() }).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        }
    }
}

mod stopping {
    use super::*;

    fn stoppable() -> (Listener, Stop) {
        let stop = Stop::new().unwrap();
        let how = Listen { stop: Some(stop.clone()), ..Listen::default() };
        (Listener::bind(&any(), &how).unwrap(), stop)
    }

    #[test]
    fn ends_accept() {
        let (listener, stop) = stoppable();
        assert!(meanwhile(|| listener.accept().unwrap(), || stop.request()).is_none());
        assert!(listener.accept().unwrap().is_none(), "and every later one");
    }

    #[test]
    fn ends_a_receive_on_an_accepted_socket_like_an_end_of_stream() {
        let (listener, stop) = stoppable();
        let client = connect(listener.addr(), &Connect::default()).unwrap();
        let (server, _) = listener.accept().unwrap().unwrap();
        assert_eq!(meanwhile(|| server.recv(&mut [0]).unwrap(), || stop.request()), 0);
        drop(client);
    }

    #[test]
    fn does_not_let_a_flood_go_on() {
        let (listener, stop) = stoppable();
        let client = connect(listener.addr(), &Connect::default()).unwrap();
        let (server, _) = listener.accept().unwrap().unwrap();
        client.send_all(b"there is always more").unwrap();
        stop.request();
        assert_eq!(server.recv(&mut [0; 4]).unwrap(), 0);
    }

    #[test]
    fn lets_a_reply_finish_and_gives_up_on_who_does_not_read() {
        let (listener, stop) = stoppable();
        let client = connect(listener.addr(), &Connect::default()).unwrap();
        let (server, _) = listener.accept().unwrap().unwrap();
        stop.request();
        server.send_all(b"the reply").unwrap();
        let mut reply = [0; 16];
        assert_eq!(client.recv(&mut reply).unwrap(), 9);
        let begun = Instant::now();
        let error = server.send_all(&vec![0; BIG]).unwrap_err();
        assert!(error.sent > 0 && error.sent < BIG, "{error}");
        assert!(begun.elapsed() < Duration::from_secs(5), "a stop must not wait for a reader");
    }

    #[test]
    fn wakes_who_waits_for_it_and_says_when_it_did_not_come() {
        let stop = Stop::new().unwrap();
        assert!(!stop.wait_timeout(Duration::from_millis(10)));
        let waiter = stop.clone();
        assert!(meanwhile(move || waiter.wait_timeout(Duration::from_secs(60)), || stop.request()));
    }
}

mod sending {
    use super::*;

    #[test]
    fn to_a_closed_connection_is_an_error_and_no_signal() {
        let (server, client) = pair();
        drop(client);
        server.send(b"1").unwrap(); // the kernel does not know yet
        let deadline = Instant::now() + Duration::from_secs(5);
        let error = loop {
            match server.send(b"2") {
                Err(error) => break error,
                Ok(_) => assert!(Instant::now() < deadline, "no error at all"),
            }
        };
        assert!(matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{error}");
    }

    #[test]
    fn everything_in_time_or_an_error_that_counts() {
        let (mut server, client) = pair();
        server.set_timeout(Some(Duration::from_millis(50))).unwrap();
        let error = server.send_all(&vec![7; BIG]).unwrap_err();
        assert!(0 < error.sent && error.sent < BIG && error.asked == BIG, "{error}");
        let sent = error.sent;
        assert_eq!(io::Error::from(error).kind(), ErrorKind::TimedOut);
        // Exactly that many bytes arrive.
        drop(server);
        let mut arrived = 0;
        let mut buffer = vec![0; 65_536];
        while let Ok(received @ 1..) = client.recv(&mut buffer) {
            arrived += received;
        }
        assert_eq!(arrived, sent);
    }
}

mod closing {
    use super::*;

    /// SEMANTICS 1.4, item 44: the naive close loses the reply, ours does not.
    #[test]
    fn with_unread_input_still_ends_cleanly() {
        let (server, client) = pair();
        client.send_all(&[b'x'; 100_000]).unwrap();
        server.send_all(b"reply").unwrap();
        let read = move || {
            let mut buffer = [0; 64];
            let received = client.recv(&mut buffer)?;
            assert_eq!(&buffer[..received], b"reply");
            let end = client.recv(&mut buffer);
            drop(client);
            end
        };
        let end = meanwhile(read, || server.close());
        assert_eq!(end.unwrap(), 0, "a clean end");
    }

    #[test]
    fn by_dropping_resets_who_was_not_read() {
        let (server, client) = pair();
        client.send_all(b"unread").unwrap();
        // Only when the bytes have arrived is there something unread.
        assert_eq!(server.peek(&mut [0; 8]).unwrap(), 6);
        drop(server);
        assert_eq!(client.recv(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    }

    #[test]
    fn gives_up_on_a_client_that_never_closes() {
        let (server, client) = pair();
        let begun = Instant::now();
        server.close();
        let waited = begun.elapsed();
        assert!(Duration::from_millis(900) < waited && waited < Duration::from_secs(5), "{waited:?}");
        drop(client);
    }

    #[test]
    fn half_lets_the_other_half_answer() {
        let (server, client) = pair();
        client.shutdown(Direction::Write).unwrap();
        assert_eq!(server.recv(&mut [0]).unwrap(), 0);
        server.send_all(b"still").unwrap();
        assert_eq!(client.recv(&mut [0; 8]).unwrap(), 5);
    }
}

mod datagrams {
    use super::*;

    #[test]
    fn tell_their_true_size_and_their_sender() {
        let (receiver, to) = datagram();
        let (sender, from) = datagram();
        sender.send_to(&[1; 2000], &to).unwrap();
        let cut = receiver.recv_from(&mut [0; 1024]).unwrap().unwrap();
        assert_eq!((cut.bytes, cut.size, cut.from), (1024, 2000, from));
    }

    #[test]
    fn of_no_bytes_are_messages() {
        let (receiver, to) = datagram();
        let (sender, _) = datagram();
        sender.send_to(b"", &to).unwrap();
        sender.send_to(b"next", &to).unwrap();
        assert_eq!(receiver.recv_from(&mut [0; 8]).unwrap().unwrap().size, 0);
        assert_eq!(receiver.recv_from(&mut [0; 8]).unwrap().unwrap().size, 4);
    }

    #[test]
    fn come_many_at_once() {
        let (receiver, to) = datagram();
        let (sender, _) = datagram();
        for text in ["one", "a longer one", ""] {
            sender.send_to(text.as_bytes(), &to).unwrap();
        }
        let mut buffers = vec![vec![0; 8]; 8];
        let received = recv_many(&receiver, &mut buffers).unwrap();
        let seen: Vec<(usize, bool)> = received.iter().map(|one| (one.bytes, one.truncated)).collect();
        assert_eq!(seen, [(3, false), (8, true), (0, false)]);
        assert_eq!(&buffers[1], b"a longer");
    }
}

mod unix_paths {
    use super::*;

    #[rstest]
    #[case(Kind::Stream)]
    #[case(Kind::Datagram)]
    fn go_with_their_socket(#[case] kind: Kind) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let addr = Addr::Unix(path.clone());
        let mut socket = Socket::new(&addr, kind, &Trace::off()).unwrap();
        socket.bind_fresh(&addr).unwrap();
        assert!(path.exists());
        let mut second = Socket::new(&addr, kind, &Trace::off()).unwrap();
        let in_use = second.bind(&addr).unwrap_err();
        assert_eq!(in_use.kind(), ErrorKind::AddrInUse);
        drop(second);
        assert!(path.exists(), "only its maker removes it");
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn of_a_dead_server_are_replaced_and_of_a_live_one_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let addr = Addr::Unix(folder.path().join("socket"));
        // A server that was killed leaves its file: std does not remove it either.
        drop(std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap());
        let alive = Listener::bind(&addr, &Listen::default()).unwrap();
        let error = Listener::bind(&addr, &Listen::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        drop(alive);
        assert!(Listener::bind(&addr, &Listen::default()).is_ok());
    }

    #[test]
    fn that_are_regular_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("precious");
        std::fs::write(&path, "data").unwrap();
        let error = Listener::bind(&Addr::Unix(path.clone()), &Listen::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "data");
    }

    #[test]
    fn that_somebody_else_took_are_left_to_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let first = Listener::bind(&Addr::Unix(path.clone()), &Listen::default()).unwrap();
        std::fs::remove_file(&path).unwrap();
        let _second = std::os::unix::net::UnixListener::bind(&path).unwrap();
        drop(first);
        assert!(path.exists());
    }
}

#[test]
fn the_accept_queue_is_counted() {
    let listener = listening();
    let before = accept_queue(&listener).unwrap();
    let _clients: Vec<Socket> =
        (0..3).map(|_| connect(listener.addr(), &Connect::default()).unwrap()).collect();
    let after = accept_queue(&listener).unwrap();
    assert_eq!((before.waiting, after.waiting, after.limit), (0, 3, 128));
    assert!(accept_queue(datagram().0.as_fd()).is_err());
}

/// SEMANTICS 1.2, item 21: at the limit of descriptors the client stays in the queue. Its own
/// process, because the limit holds for a whole one: see `tests/commands.rs` for the servers.
#[test]
fn a_shortage_is_told_apart_from_other_errors() {
    assert!(Listener::is_shortage(&io::Error::from_raw_os_error(24)), "EMFILE");
    assert!(!Listener::is_shortage(&io::Error::from_raw_os_error(103)), "ECONNABORTED");
}
