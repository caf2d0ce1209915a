//! What `netkit::net` promises for streams beyond Python's `socket`, through real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{self, ErrorKind};
use std::thread;
use std::time::{Duration, Instant};

use netkit::net::{Addr, Connect, Kind, Listen, Listener, Socket, connect};
use netkit::sys::Stop;
use netkit::trace::{Direction, Trace};

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

/// SEMANTICS 1.2, item 21: at the limit of descriptors the client stays in the queue. Its own
/// process, because the limit holds for a whole one: see `tests/lessons/programs.rs` for the servers.
#[test]
fn a_shortage_is_told_apart_from_other_errors() {
    assert!(Listener::is_shortage(&io::Error::from_raw_os_error(24)), "EMFILE");
    assert!(!Listener::is_shortage(&io::Error::from_raw_os_error(103)), "ECONNABORTED");
}
