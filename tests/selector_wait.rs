//! What ends a wait of `netkit::selector`: time, a waker, a signal. On select, poll and epoll alike.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test")]

use std::fs;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use Mechanism::{Epoll, Poll, Select};
use netkit::selector::{Event, Interest, Mechanism, Selector, Trigger};
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::gettid;

/// The deadline of what comes at once when all is well.
const SOON: Duration = Duration::from_secs(10);

/// A time that is waited for.
const WHILE: Duration = Duration::from_millis(60);

fn selector(mechanism: Mechanism) -> Selector<UnixStream> {
    Selector::new(mechanism).unwrap()
}

/// The events of a wait, and how long it took.
fn wait<S: AsFd>(selector: &mut Selector<S>, limit: Duration) -> (Vec<Event>, Duration) {
    let (mut events, begun) = (Vec::new(), Instant::now());
    selector.wait(&mut events, Some(limit)).unwrap();
    (events, begun.elapsed())
}

/// Waits until a thread sleeps, as the one does that waits for sockets.
fn until_asleep(thread: Pid) {
    let deadline = Instant::now() + SOON;
    let stat = format!("/proc/self/task/{}/stat", thread.as_raw_pid());
    while !fs::read_to_string(&stat).unwrap().rsplit_once(')').unwrap().1.starts_with(" S") {
        assert!(Instant::now() < deadline, "it never sleeps");
        thread::yield_now();
    }
}

mod time {
    use super::*;

    /// CLAIMS 27: it waits about that long, for an idle source or for none.
    #[rstest]
    fn ends_it(#[values(Select, Poll, Epoll)] mechanism: Mechanism, #[values(0, 1)] sources: usize) {
        let (a, mut b) = UnixStream::pair().unwrap();
        let mut selector = selector(mechanism);
        let mut events = Vec::new();
        let token = selector.add(a, Interest::READ).unwrap();
        b.write_all(b"x").unwrap();
        selector.wait(&mut events, Some(SOON)).unwrap();
        assert_eq!(events.len(), 1);
        selector.set_interest(token, Interest::NONE).unwrap();
        if sources == 0 {
            selector.remove(token).unwrap();
        }
        assert_eq!((selector.len(), selector.is_empty()), (sources, sources == 0));
        for timeout in [0, 300, 1_500, 60_000].map(Duration::from_micros) {
            let begun = Instant::now();
            selector.wait(&mut events, Some(timeout)).unwrap();
            let waited = begun.elapsed();
            assert!(timeout <= waited && waited < timeout + SOON / 2, "{timeout:?}: {waited:?}");
            assert!(events.is_empty(), "what was in `events` is replaced: {events:?}");
        }
    }

    #[rstest]
    fn may_be_endless(
        #[values(Select, Poll, Epoll)] mechanism: Mechanism,
        #[values(None, Some(Duration::MAX))] timeout: Option<Duration>,
    ) {
        let (a, mut b) = UnixStream::pair().unwrap();
        let mut selector = selector(mechanism);
        selector.add(a, Interest::READ).unwrap();
        let (begin, begun) = channel();
        let (end, ended) = channel();
        // Not a scope's thread: if the wait does not end, this test still does.
        let waiter = move || {
            begin.send(gettid()).unwrap();
            let mut events = Vec::new();
            let _ = end.send(selector.wait(&mut events, timeout).map(|()| events.len()));
        };
        Builder::new().name("waiter".into()).spawn(waiter).unwrap();
        until_asleep(begun.recv_timeout(SOON).unwrap());
        b.write_all(b"x").unwrap();
        assert_eq!(ended.recv_timeout(SOON).expect("no end").unwrap(), 1);
    }
}

mod a_waker {
    use super::*;

    #[rstest]
    fn ends_it_from_another_thread(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let mut selector = selector(mechanism);
        let (waker, waiter) = (selector.waker(), gettid());
        let wake = move || {
            until_asleep(waiter);
            waker.wake();
        };
        thread::scope(|scope| {
            Builder::new().name("waker".into()).spawn_scoped(scope, wake).unwrap();
            let (events, waited) = wait(&mut selector, SOON);
            assert!(events.is_empty() && waited < SOON, "{events:?} after {waited:?}");
        });
    }

    #[rstest]
    #[case(Select, Trigger::Level)]
    #[case(Poll, Trigger::Level)]
    #[case(Epoll, Trigger::Level)]
    #[case(Epoll, Trigger::Edge)]
    fn counts_once_and_before_the_wait_too(#[case] mechanism: Mechanism, #[case] trigger: Trigger) {
        let mut selector = Selector::<UnixStream>::with_trigger(mechanism, trigger).unwrap();
        let wakers = [selector.waker(), selector.waker().clone()];
        for _ in 0..3 {
            for waker in wakers.iter().chain(&wakers) {
                waker.wake();
            }
            let (events, waited) = wait(&mut selector, SOON);
            assert!(events.is_empty() && waited < SOON, "woken: {events:?} after {waited:?}");
            let (events, waited) = wait(&mut selector, WHILE);
            assert!(events.is_empty() && waited >= WHILE, "once: {events:?} after {waited:?}");
        }
        drop(selector);
        wakers[0].wake(); // nobody is there; nothing happens
    }

    /// Neither among the events nor instead of them.
    #[rstest]
    fn is_not_reported(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let mut selector = selector(mechanism);
        let mut peers = Vec::new();
        let mut tokens = Vec::new();
        for _ in 0..3 {
            let (a, mut b) = UnixStream::pair().unwrap();
            b.write_all(b"x").unwrap();
            peers.push(b);
            tokens.push(selector.add(a, Interest::READ).unwrap());
            selector.waker().wake();
            let (events, _) = wait(&mut selector, SOON);
            let mut found: Vec<_> = events.iter().map(|event| event.token).collect();
            found.sort_unstable();
            assert_eq!(found, tokens);
        }
    }
}

mod a_signal {
    use super::*;

    /// Sends SIGUSR1 to this thread again and again, until `wait` or 10 s are over.
    ///
    /// kill(2) takes the number of a thread as well: on Linux, that thread is then the first choice
    /// among those of its process.
    fn while_signals_come<T>(wait: impl FnOnce() -> T) -> T {
        let handled = Arc::new(AtomicUsize::new(0));
        signal_hook::flag::register_usize(signal_hook::consts::SIGUSR1, Arc::clone(&handled), 1).unwrap();
        let waiter = gettid();
        let (finish, finished) = channel::<()>();
        let sender = move || {
            until_asleep(waiter);
            let deadline = Instant::now() + SOON;
            while finished.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout)
                && Instant::now() < deadline
            {
                kill_process(waiter, Signal::USR1).unwrap();
            }
        };
        thread::scope(|scope| {
            Builder::new().name("signals".into()).spawn_scoped(scope, sender).unwrap();
            let result = wait();
            // The scope waits for the sender, so that no signal comes to a thread that has gone.
            drop(finish);
            assert_eq!(handled.load(Ordering::Relaxed), 1, "a signal came");
            result
        })
    }

    #[rstest]
    fn ends_it_without_error_or_event(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let mut selector = selector(mechanism);
        let (events, waited) = while_signals_come(|| wait(&mut selector, SOON));
        assert!(events.is_empty() && waited < SOON, "{events:?} after {waited:?}");
    }

    /// The recipe for who wants to wait that long whatever comes: the rest, again.
    #[rstest]
    fn does_not_change_how_long_a_loop_waits(#[values(Select, Poll, Epoll)] mechanism: Mechanism) {
        let mut selector = selector(mechanism);
        let limit = Duration::from_millis(500);
        let (waits, waited) = while_signals_come(|| {
            let (mut waits, begun) = (0, Instant::now());
            while begun.elapsed() < limit {
                let (events, _) = wait(&mut selector, limit - begun.elapsed().min(limit));
                assert!(events.is_empty());
                waits += 1;
            }
            (waits, begun.elapsed())
        });
        assert!(waits > 1 && waited < limit + SOON / 2, "{waits} waits in {waited:?}");
    }
}
