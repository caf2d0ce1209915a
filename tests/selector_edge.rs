//! `netkit::selector` at its edges: edge-triggered, limits and refusals, many sources.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that panics fails its test")]

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use Mechanism::{Epoll, Poll, Select};
use netkit::selector::{Interest, Mechanism, Selector, Token, Trigger};
use rstest::rstest;
use rustix::io::{fcntl_dupfd_cloexec, ioctl_fionread};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const READ: Interest = Interest::READ;

/// The deadline of what comes at once when all is well.
const SOON: Duration = Duration::from_secs(10);

/// Between the two ends of a socketpair nothing is under way: what is sent is there.
fn pair() -> (UnixStream, UnixStream) {
    let (a, b) = UnixStream::pair().unwrap();
    a.set_nonblocking(true).unwrap();
    b.set_nonblocking(true).unwrap();
    (a, b)
}

/// The same socket with a descriptor of at least `lowest`, in place of a low one.
fn with_number(socket: impl Into<OwnedFd>, lowest: RawFd) -> UnixStream {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    let high = fcntl_dupfd_cloexec(socket.into(), lowest);
    high.expect("these tests need 8,000 descriptors: see ulimit -Hn").into()
}

/// Sends until no more fits.
fn fill(mut stream: &UnixStream) {
    while stream.write(&[0; 65_536]).is_ok() {}
}

/// What is reported without waiting: readable, writable.
fn ready<S: AsFd>(selector: &mut Selector<S>) -> BTreeMap<Token, (bool, bool)> {
    let mut events = Vec::new();
    selector.wait(&mut events, Some(Duration::ZERO)).unwrap();
    let found: BTreeMap<_, _> =
        events.iter().map(|event| (event.token, (event.readable, event.writable))).collect();
    assert_eq!(found.len(), events.len(), "one event a source");
    found
}

mod edge {
    use super::*;

    const BIG: usize = 4 * 1024 * 1024;

    /// CLAIMS 32: ten bytes come, four are read, two more come.
    #[rstest]
    #[case(Trigger::Level, [1, 1, 1, 1, 1, 1, 1])]
    #[case(Trigger::Edge, [1, 0, 0, 0, 0, 1, 0])]
    fn tells_once_for_each_arrival(#[case] trigger: Trigger, #[case] expected: [usize; 7]) {
        let (a, mut b) = pair();
        let mut selector = Selector::with_trigger(Epoll, trigger).unwrap();
        let token = selector.add(a, READ).unwrap();
        let mut seen = Vec::new();
        b.write_all(&[0; 10]).unwrap();
        seen.extend([(); 3].map(|()| ready(&mut selector).len()));
        selector.get(token).unwrap().read_exact(&mut [0; 4]).unwrap();
        seen.extend([(); 2].map(|()| ready(&mut selector).len()));
        b.write_all(&[0; 2]).unwrap();
        seen.extend([(); 2].map(|()| ready(&mut selector).len()));
        assert_eq!(seen, expected);
    }

    #[test]
    fn tells_again_after_set_interest_and_of_what_was_ready_before() {
        let (a, mut b) = pair();
        b.write_all(b"x").unwrap();
        let mut selector = Selector::with_trigger(Epoll, Trigger::Edge).unwrap();
        let token = selector.add(a, READ).unwrap();
        assert_eq!([(); 2].map(|()| ready(&mut selector).len()), [1, 0], "there before it was added");
        selector.set_interest(token, READ).unwrap();
        assert_eq!([(); 2].map(|()| ready(&mut selector).len()), [1, 0], "the same interest");
        selector.set_interest(token, READ | Interest::WRITE).unwrap();
        assert_eq!(ready(&mut selector)[&token], (true, true));
        b.write_all(b"y").unwrap();
        assert_eq!(ready(&mut selector)[&token], (true, true), "news of one direction tell of both");
        drop(b);
        assert_eq!([(); 2].map(|()| ready(&mut selector).len()), [1, 0], "a hang-up, once");
    }

    /// How what is reported is read.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Reader {
        Drains,
        ReceivesOnce,
        ReceivesOnceAndAsksAgain,
    }

    /// CLAIMS 33: who does not go on until `WouldBlock` hears no more of it, though bytes wait.
    #[rstest]
    #[case(Trigger::Level, Reader::Drains, true)]
    #[case(Trigger::Level, Reader::ReceivesOnce, true)]
    #[case(Trigger::Edge, Reader::Drains, true)]
    #[case(Trigger::Edge, Reader::ReceivesOnce, false)]
    #[case(Trigger::Edge, Reader::ReceivesOnceAndAsksAgain, true)]
    fn four_mebibytes(#[case] trigger: Trigger, #[case] reader: Reader, #[case] arrives: bool) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, _) = listener.accept().unwrap();
        server.set_nonblocking(true).unwrap();
        client.set_write_timeout(Some(SOON)).unwrap();
        thread::scope(|scope| {
            // When the reader stalls, its end is closed and the writer fails. That is its end.
            let write = move || client.write_all(&vec![7; BIG]);
            Builder::new().name("writer".into()).spawn_scoped(scope, write).unwrap();
            let mut selector = Selector::with_trigger(Epoll, trigger).unwrap();
            let token = selector.add(server, READ).unwrap();
            let (mut wakes, mut received, mut events) = (0, 0, Vec::new());
            let deadline = Instant::now() + 3 * SOON;
            while received < BIG {
                assert!(Instant::now() < deadline, "{received} bytes after {wakes} wakes");
                selector.wait(&mut events, Some(Duration::from_millis(200))).unwrap();
                let mut server = selector.get(token).unwrap();
                if events.is_empty() {
                    if ioctl_fionread(server).unwrap() > 0 {
                        break; // bytes wait, and nobody says so
                    }
                    continue;
                }
                wakes += 1;
                loop {
                    match server.read(&mut [0; 4096]) {
                        Ok(count @ 1..) => received += count,
                        Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                        end => panic!("{end:?} after {received} bytes"),
                    }
                    if reader != Reader::Drains || received == BIG {
                        break;
                    }
                }
                if reader == Reader::ReceivesOnceAndAsksAgain {
                    selector.set_interest(token, READ).unwrap();
                }
            }
            assert_eq!(received == BIG, arrives, "{received} of {BIG} bytes after {wakes} wakes");
        });
    }

    #[rstest]
    fn is_refused_by(#[values(Select, Poll)] mechanism: Mechanism) {
        let error = Selector::<UnixStream>::with_trigger(mechanism, Trigger::Edge).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(&mechanism.to_string()), "{error}");
    }
}

mod limits {
    use super::*;

    /// CLAIMS 28: a constant of the C library, whatever `ulimit -n` says.
    #[test]
    fn select_watches_descriptors_up_to_1023() {
        let ((a, mut b), (c, _d)) = (pair(), pair());
        let (last, over) = (with_number(a, 1023), with_number(c, 1024));
        assert_eq!((last.as_raw_fd(), over.as_raw_fd()), (1023, 1024));
        let mut selector = Selector::new(Select).unwrap();
        let rejected = selector.add(over, READ).unwrap_err();
        assert_eq!(rejected.error.kind(), ErrorKind::InvalidInput);
        assert!(rejected.to_string().contains("1024"), "{rejected}");
        let token = selector.add(last, READ | Interest::WRITE).unwrap();
        assert_eq!(ready(&mut selector)[&token], (false, true));
        b.write_all(b"x").unwrap();
        assert_eq!(ready(&mut selector)[&token], (true, true));
    }

    #[rstest]
    fn a_high_descriptor(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let (a, mut b) = pair();
        b.write_all(b"x").unwrap();
        let high = with_number(a, 1100);
        let number = high.as_raw_fd();
        let mut selector = Selector::new(mechanism).unwrap();
        match (mechanism, selector.add(high, READ)) {
            (Select, Err(mut rejected)) => {
                assert_eq!(rejected.error.kind(), ErrorKind::InvalidInput);
                let why = rejected.to_string();
                assert!(why.contains(&number.to_string()) && why.contains("use poll or epoll"), "{why}");
                assert_eq!(rejected.source.as_raw_fd(), number);
                rejected.source.read_exact(&mut [0]).expect("the source comes back, untouched");
                assert!(selector.is_empty() && ready(&mut selector).is_empty());
            }
            (Poll | Epoll, Ok(token)) => assert_eq!(ready(&mut selector)[&token], (true, false)),
            (_, result) => panic!("{result:?}"),
        }
    }

    /// CLAIMS 35.
    #[rstest]
    fn a_regular_file(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let file = tempfile::tempfile().unwrap();
        let number = file.as_raw_fd();
        let mut selector = Selector::new(mechanism).unwrap();
        match (mechanism, selector.add(file, READ | Interest::WRITE)) {
            (Epoll, Err(rejected)) => {
                assert_eq!(rejected.error.kind(), ErrorKind::PermissionDenied);
                assert_eq!((rejected.source.as_raw_fd(), selector.len()), (number, 0));
                rejected.source.metadata().expect("it is still open");
            }
            (Select | Poll, Ok(token)) => {
                for _ in 0..3 {
                    assert_eq!(selector.get(token).unwrap().read(&mut [0]).unwrap(), 0, "at its end");
                    assert_eq!(ready(&mut selector)[&token], (true, true));
                }
            }
            (_, result) => panic!("{result:?}"),
        }
    }

    #[rstest]
    fn fifteen_hundred_sources(#[values(Poll, Epoll)] mechanism: Mechanism) {
        let mut selector = Selector::new(mechanism).unwrap();
        let (mut peers, mut tokens) = (Vec::new(), Vec::new());
        for _ in 0..1_500 {
            let (a, b) = pair();
            tokens.push(selector.add(with_number(a, 1100), READ).unwrap());
            peers.push(with_number(b, 1100));
        }
        assert!(ready(&mut selector).is_empty());
        for peer in peers.iter_mut().step_by(7) {
            peer.write_all(b"x").unwrap();
        }
        let expected: Vec<Token> = tokens.iter().copied().step_by(7).collect();
        assert!(ready(&mut selector).into_keys().eq(expected));
        for peer in &mut peers {
            peer.write_all(b"x").unwrap();
        }
        // epoll hands out 1,024 at once, and in the next wait begins with the others.
        let first = ready(&mut selector);
        assert_eq!(first.len(), if mechanism == Epoll { 1_024 } else { 1_500 });
        let both: BTreeMap<_, _> = first.into_iter().chain(ready(&mut selector)).collect();
        assert!(both.into_keys().eq(tokens.iter().copied()));
        for token in tokens.drain(500..) {
            selector.remove(token).unwrap();
        }
        assert!(ready(&mut selector).into_keys().eq(tokens));
    }

    /// Each with its own flags, in all words of select's sets.
    #[rstest]
    fn many_ready_sources(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let mut selector = Selector::new(mechanism).unwrap();
        let (mut peers, mut expected) = (Vec::new(), BTreeMap::new());
        for number in 0..200 {
            let (a, mut b) = pair();
            let flags = (number % 3 == 0, number % 2 == 0);
            if flags.0 {
                b.write_all(b"x").unwrap();
            }
            if !flags.1 {
                fill(&a);
            }
            let token = selector.add(with_number(a, 100 + 4 * number), READ | Interest::WRITE).unwrap();
            peers.push(with_number(b, 1100));
            if flags != (false, false) {
                expected.insert(token, flags);
            }
        }
        assert_eq!((ready(&mut selector), expected.len()), (expected, 133));
    }
}
