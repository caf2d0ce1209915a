//! What `netkit::selector` promises of sources and tokens, on select, poll and epoll alike.
//!
//! What ends a wait: `selector_wait.rs`. Edge-triggered, limits, many: `selector_edge.rs`.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test")]

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use Mechanism::{Epoll, Poll, Select};
use netkit::selector::{Event, Interest, Mechanism, Selector, Token};
use netkit::sys::Stop;
use rstest::rstest;
use rustix::io::{DupFlags, dup3};
use rustix::net::sockopt::set_socket_linger;
use rustix::net::{RecvFlags, SendFlags, recv, send};

const READ: Interest = Interest::READ;
const WRITE: Interest = Interest::WRITE;

/// The deadline of what comes at once when all is well.
const SOON: Duration = Duration::from_secs(10);

/// Between the two ends of a socketpair nothing is under way: what is sent is there.
fn pair() -> (UnixStream, UnixStream) {
    let (a, b) = UnixStream::pair().unwrap();
    a.set_nonblocking(true).unwrap();
    b.set_nonblocking(true).unwrap();
    (a, b)
}

fn tcp_pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    server.set_read_timeout(Some(SOON)).unwrap();
    (server, client)
}

fn selector<S: AsFd>(mechanism: Mechanism) -> Selector<S> {
    Selector::new(mechanism).unwrap()
}

/// Sends until no more fits.
fn fill(mut stream: &UnixStream) {
    while stream.write(&[0; 65_536]).is_ok() {}
}

/// Receives until nothing is left.
fn drain(mut stream: &UnixStream) {
    while matches!(stream.read(&mut [0; 65_536]), Ok(1..)) {}
}

fn wait<S: AsFd>(selector: &mut Selector<S>, limit: Duration) -> Vec<Event> {
    let mut events = Vec::new();
    selector.wait(&mut events, Some(limit)).unwrap();
    events
}

/// The tokens that are reported without waiting.
fn ready<S: AsFd>(selector: &mut Selector<S>) -> Vec<Token> {
    let mut tokens: Vec<_> = wait(selector, Duration::ZERO).iter().map(|event| event.token).collect();
    tokens.sort_unstable();
    tokens
}

/// What is reported within `limit`, a word for each event: r(eadable) w(ritable) p(riority) c(losed).
fn look<S: AsFd>(selector: &mut Selector<S>, limit: Duration) -> String {
    let word = |event: &Event| {
        let letters =
            [(event.readable, 'r'), (event.writable, 'w'), (event.priority, 'p'), (event.closed, 'c')];
        letters.iter().filter(|(set, _)| *set).map(|(_, letter)| *letter).collect::<String>()
    };
    wait(selector, limit).iter().map(word).collect::<Vec<_>>().join(" ")
}

fn look_now<S: AsFd>(selector: &mut Selector<S>) -> String {
    look(selector, Duration::ZERO)
}

mod level {
    use super::*;

    /// CLAIMS 24: state, not change.
    #[rstest]
    fn what_is_not_read_is_reported_again(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, mut b) = pair();
        let mut selector = selector(mechanism);
        let token = selector.add(a, READ).unwrap();
        assert_eq!(look_now(&mut selector), "");
        b.write_all(b"1234").unwrap();
        for left in ["1234", "234", "34"] {
            assert_eq!(look_now(&mut selector), "r", "{left} is there");
            assert_eq!(selector.get(token).unwrap().read(&mut [0]).unwrap(), 1);
        }
        assert_eq!(ready(&mut selector), [token]);
        drain(selector.get(token).unwrap());
        assert_eq!(look_now(&mut selector), "");
    }

    #[rstest]
    fn the_end_of_a_stream_is_readable_and_stays_so(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, b) = pair();
        let mut selector = selector(mechanism);
        let token = selector.add(a, READ).unwrap();
        b.shutdown(Shutdown::Write).unwrap();
        for _ in 0..3 {
            assert_eq!(look_now(&mut selector), "r", "one direction is still open");
            assert_eq!(selector.get(token).unwrap().read(&mut [0]).unwrap(), 0);
        }
        drop(b);
        let closed = if mechanism == Select { "r" } else { "rwc" };
        assert_eq!([look_now(&mut selector), look_now(&mut selector)], [closed, closed]);
    }

    #[rstest]
    fn a_client_in_the_queue_is_readable(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let mut selector = selector(mechanism);
        let token = selector.add(listener, READ).unwrap();
        assert_eq!(look_now(&mut selector), "");
        let _client = TcpStream::connect(addr).unwrap();
        assert_eq!([look(&mut selector, SOON), look_now(&mut selector)], ["r", "r"]);
        selector.get(token).unwrap().accept().unwrap();
        assert_eq!(look_now(&mut selector), "");
    }

    /// CLAIMS 25.
    #[rstest]
    fn writable_means_room(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, b) = pair();
        let mut selector = selector(mechanism);
        let token = selector.add(a, WRITE).unwrap();
        assert_eq!([look_now(&mut selector), look_now(&mut selector)], ["w", "w"], "idle");
        fill(selector.get(token).unwrap());
        assert_eq!(look_now(&mut selector), "", "full");
        drain(&b);
        assert_eq!(look_now(&mut selector), "w", "read by the peer");
    }

    #[rstest]
    fn one_event_says_all_that_is_watched_for(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, mut b) = pair();
        let mut selector = selector(mechanism);
        let token = selector.add(a, READ | WRITE).unwrap();
        b.write_all(b"x").unwrap();
        assert_eq!(look_now(&mut selector), "rw");
        for (interest, expected) in
            [(READ, "r"), (WRITE, "w"), (Interest::PRIORITY, ""), (READ | WRITE, "rw")]
        {
            selector.set_interest(token, interest).unwrap();
            assert_eq!(selector.interest(token).unwrap(), interest);
            assert_eq!(look_now(&mut selector), expected, "{interest:?}");
        }
    }

    #[rstest]
    fn nothing_is_watched_for_but_hang_ups(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, mut b) = pair();
        let mut selector = selector(mechanism);
        let token = selector.add(a, Interest::NONE).unwrap();
        b.write_all(b"x").unwrap();
        assert_eq!(look_now(&mut selector), "");
        selector.set_interest(token, READ).unwrap();
        assert_eq!(look_now(&mut selector), "r");
        selector.set_interest(token, Interest::NONE).unwrap();
        assert_eq!(look_now(&mut selector), "");
        drop(b);
        let closed = if mechanism == Select { "" } else { "rwc" };
        assert_eq!([look_now(&mut selector), look_now(&mut selector)], [closed, closed]);
    }

    /// CLAIMS 26: the set of exceptions is not for errors; the error comes from recv.
    #[rstest]
    fn a_reset_is_readable_and_writable(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (server, client) = tcp_pair();
        let mut selector = selector(mechanism);
        let token = selector.add(server, READ).unwrap();
        set_socket_linger(&client, Some(Duration::ZERO)).unwrap();
        drop(client);
        assert_eq!(look(&mut selector, SOON), if mechanism == Select { "r" } else { "rwc" });
        selector.set_interest(token, READ | WRITE | Interest::PRIORITY).unwrap();
        assert_eq!(look_now(&mut selector), if mechanism == Select { "rw" } else { "rwc" });
        let mut server = selector.get(token).unwrap();
        assert_eq!(server.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(server.read(&mut [0]).unwrap(), 0, "once");
    }

    #[rstest]
    fn an_urgent_byte_is_priority_only(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (server, client) = tcp_pair();
        let mut selector = selector(mechanism);
        let token = selector.add(server, READ | Interest::PRIORITY).unwrap();
        send(&client, b"!", SendFlags::OOB).unwrap();
        assert_eq!([look(&mut selector, SOON), look_now(&mut selector)], ["p", "p"]);
        selector.set_interest(token, READ).unwrap();
        assert_eq!(look_now(&mut selector), "", "not watched for");
        selector.set_interest(token, READ | Interest::PRIORITY).unwrap();
        let mut byte = [0];
        recv(selector.get(token).unwrap(), &mut byte, RecvFlags::OOB).unwrap();
        assert_eq!((byte, look_now(&mut selector).as_str()), (*b"!", ""));
    }

    #[rstest]
    fn a_stop_is_a_source_that_stays_ready(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let stop = Stop::new().unwrap();
        let mut selector = selector(mechanism);
        let _ = selector.add(stop.clone(), READ).unwrap();
        assert_eq!(look_now(&mut selector), "");
        stop.request();
        assert_eq!([look_now(&mut selector), look_now(&mut selector)], ["r", "r"]);
    }
}

mod tokens {
    use super::*;

    /// `NotFound` is what an unknown token is, whatever is asked with it.
    fn assert_unknown<S: AsFd>(selector: &mut Selector<S>, token: Token) {
        let errors = [
            selector.get(token).err(),
            selector.set_interest(token, READ).err(),
            selector.set_interest(token, WRITE).err(),
            selector.remove(token).err(),
        ];
        let kinds = errors.map(|error| error.map(|error| error.kind()));
        assert_eq!(kinds, [Some(ErrorKind::NotFound); 4]);
    }

    #[rstest]
    fn of_nobody_are_not_found(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let mut other = selector(mechanism);
        let [here, nowhere] = [(); 2].map(|()| other.add(pair().0, READ).unwrap());
        let mut selector = selector(mechanism);
        assert_unknown(&mut selector, here);
        let (a, _b) = pair();
        let token = selector.add(a, READ).unwrap();
        assert_unknown(&mut selector, nowhere);
        assert_eq!((selector.tokens(), selector.len()), (vec![token], 1), "and it changed nothing");
        assert!(selector.get(token).is_ok());
    }

    #[rstest]
    fn of_removed_sources_are_not_found(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, mut b) = pair();
        let number = a.as_raw_fd();
        let copy = a.try_clone().unwrap();
        let mut selector = selector(mechanism);
        let token = selector.add(a, READ).unwrap();
        b.write_all(b"x").unwrap();
        assert_eq!(ready(&mut selector), [token]);
        let a = selector.remove(token).unwrap();
        assert_eq!((a.as_raw_fd(), selector.is_empty()), (number, true), "it comes back");
        assert_eq!(ready(&mut selector), []);
        drop(a); // the copy keeps the socket alive: the kernel could still report it
        assert_eq!(ready(&mut selector), []);
        assert_unknown(&mut selector, token);
        drop(copy);
    }

    /// The same place and the same descriptor's number, but not the same source.
    #[rstest]
    fn never_mean_another_source(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let ((first, _b), (second, mut d)) = (pair(), pair());
        let number = first.as_raw_fd();
        let mut selector = selector(mechanism);
        let old = selector.add(OwnedFd::from(first), READ).unwrap();
        let mut reused = selector.remove(old).unwrap();
        dup3(&second, &mut reused, DupFlags::CLOEXEC).unwrap();
        assert_eq!(reused.as_raw_fd(), number);
        let new = selector.add(reused, READ).unwrap();
        d.write_all(b"x").unwrap();
        assert_eq!(ready(&mut selector), [new]);
        assert_ne!(old, new);
        assert_unknown(&mut selector, old);
        assert_eq!((ready(&mut selector), selector.tokens()), (vec![new], vec![new]), "it is untouched");
    }

    #[rstest]
    fn of_a_descriptor_are_never_two(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, mut b) = pair();
        let mut selector = selector(mechanism);
        let token = selector.add(&a, READ).unwrap();
        let rejected = selector.add(&a, WRITE).unwrap_err();
        assert_eq!(rejected.error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(look_now(&mut selector), "", "the first one is untouched");
        b.write_all(b"x").unwrap();
        assert_eq!((ready(&mut selector), selector.tokens()), (vec![token], vec![token]));
        selector.remove(token).unwrap();
        let again = selector.add(&a, READ).unwrap();
        assert_eq!(ready(&mut selector), [again]);
    }
}
