//! What `netkit::event_loop` promises about connections, on every mechanism.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::event_loop_common::{
    Looping, Note, PIECE, SOON, Way, echo, expect, expect_end, looping, pattern, reset,
};
use netkit::event_loop::{Event, EventLoop, Options};
use netkit::net::{Listen, Listener};
use netkit::trace::Direction;
use rstest::rstest;
use rustix::net::{SendFlags, sockopt};

/// Every connection that was opened is closed once, and does nothing afterwards.
fn every_opened_is_closed(notes: &[Note]) {
    let mut open = HashMap::new();
    for note in notes {
        match note {
            Note::Opened(id) => assert_eq!(open.insert(*id, ()), None, "{id:?} was opened twice"),
            Note::Closed(id, _) => assert!(open.remove(id).is_some(), "{id:?} is not open"),
            Note::Received(id, _) | Note::Ended(id) | Note::Sent(id, _) | Note::Expired(id) => {
                assert!(open.contains_key(id), "{note:?}, which is not open");
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}

#[rstest]
fn four_mebibytes_come_back_after_a_half_close(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
) {
    const TOTAL: usize = 4 * 1024 * 1024;
    let events = looping(way.options(), echo);
    let client = events.client();
    thread::scope(|scope| {
        let send = || {
            for from in (0..TOTAL).step_by(100_000) {
                client.send_all(&pattern(from, 100_000.min(TOTAL - from))).unwrap();
            }
            client.shutdown(Direction::Write).unwrap();
        };
        thread::Builder::new().name("sender".into()).spawn_scoped(scope, send).unwrap();
        expect(&client, &pattern(0, TOTAL));
        expect_end(&client);
    });
    every_opened_is_closed(&events.stopped());
}

#[rstest]
fn every_connection_is_closed_once_however_it_ends(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
) {
    let events = looping(way.options(), echo);
    for round in 0..3 {
        // A clean end.
        let clean = events.client();
        clean.send_all(b"hello").unwrap();
        clean.shutdown(Direction::Write).unwrap();
        expect(&clean, b"hello");
        expect_end(&clean);
        // A reset: before anything was said, after an answer, with bytes on their way, after a half-close.
        reset(events.client());
        let answered = events.client();
        answered.send_all(b"x").unwrap();
        expect(&answered, b"x");
        reset(answered);
        let talking = events.client();
        talking.send_all(&pattern(round, 50_000)).unwrap();
        reset(talking);
        let half = events.client();
        half.send_all(&pattern(round, 50_000)).unwrap();
        half.shutdown(Direction::Write).unwrap();
        reset(half);
        // One who just goes, without reading.
        let gone = events.client();
        gone.send_all(&pattern(round, 50_000)).unwrap();
        drop(gone);
    }
    // Some are idle when the loop is stopped.
    let idle = [events.client(), events.client()];
    for client in &idle {
        client.send_all(b"y").unwrap();
        expect(client, b"y");
    }
    let notes = events.stopped();
    let opened = notes.iter().filter(|note| matches!(note, Note::Opened(_))).count();
    assert_eq!(opened, 3 * 6 + 2);
    every_opened_is_closed(&notes);
    idle.iter().for_each(expect_end);
}

/// What a broken connection says when it is closed.
#[rstest]
fn a_reset_is_the_closes_error(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(way.options(), echo);
    let client = events.client();
    client.send_all(b"x").unwrap();
    expect(&client, b"x");
    reset(client);
    assert_eq!(events.closed().1, Some(ErrorKind::ConnectionReset));
    let client = events.client();
    drop(client);
    assert_eq!(events.closed().1, None, "an end is no error");
}

/// A receive stops at the place of a byte out of band. An edge tells once: what stands behind it
/// must be fetched all the same.
#[rstest]
fn what_stands_behind_a_byte_out_of_band_arrives(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
) {
    let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap(), &Listen::default()).unwrap();
    let client = TcpStream::connect(listener.addr().to_string()).unwrap();
    for (bytes, flags) in [("abc", SendFlags::empty()), ("!", SendFlags::OOB), ("def", SendFlags::empty())] {
        rustix::net::send(&client, bytes.as_bytes(), flags).unwrap();
    }
    // Everything is there before the loop looks.
    let mut events: EventLoop = EventLoop::new(way.options()).unwrap();
    events.listen(listener).unwrap();
    let mut received = Vec::new();
    let mut buffer = [0; 100];
    events.set_timer(SOON, 0);
    while received != b"abcdef" {
        match events.next_event(&mut buffer).unwrap() {
            Event::Received { bytes, .. } => received.extend_from_slice(bytes),
            Event::Timer { .. } => panic!("only {received:?} arrived"),
            _ => {}
        }
    }
}

/// A client that does not read stops being read from, others do not notice, and nothing is lost.
#[rstest]
fn who_does_not_read_is_not_read_from(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
    #[values(1, 64 * 1024)] limit: usize,
) {
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    let events = looping(Options { queue: limit, ..way.options() }, move |events, event| {
        echo(events, event);
        if let Event::Received { id, .. } = event {
            seen.fetch_max(events.queued(*id), Ordering::SeqCst);
        }
    });
    let mut deaf = events.client();
    sockopt::set_socket_send_buffer_size(&deaf, 32 * 1024).unwrap();
    sockopt::set_socket_recv_buffer_size(&deaf, 32 * 1024).unwrap();
    deaf.set_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut accepted = 0;
    // Kernel buffers: four of at most 64 KiB (twice what was asked for) and what TCP rounds up.
    let bound = 4 * 128 * 1024 + limit + PIECE;
    loop {
        match deaf.send(&pattern(accepted, 10_000)) {
            Ok(sent) => accepted += sent,
            Err(error) if error.kind() == ErrorKind::TimedOut => break,
            Err(error) => panic!("{error}"),
        }
        assert!(accepted <= bound, "{accepted} bytes were taken from who does not read");
    }
    assert!(accepted > limit, "{accepted}");
    let queued = most.load(Ordering::SeqCst);
    assert!(limit < queued && queued <= limit + PIECE, "{queued} bytes queued, the limit is {limit}");

    let other = events.client();
    other.send_all(b"meanwhile").unwrap();
    expect(&other, b"meanwhile");

    deaf.set_timeout(Some(SOON)).unwrap();
    expect(&deaf, &pattern(0, accepted));
    // It is listened to again.
    deaf.send_all(&pattern(0, 30_000)).unwrap();
    deaf.shutdown(Direction::Write).unwrap();
    expect(&deaf, &pattern(0, 30_000));
    expect_end(&deaf);
}

/// Watched for writing while idle, a socket would be ready always.
#[rstest]
fn who_waits_makes_no_turns(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(Options { queue: 1, ..way.options() }, echo);
    // These were queued for, half-closed, and reset while another one is idle.
    let busy = events.client();
    thread::scope(|scope| {
        let send = || busy.send_all(&pattern(0, 1_000_000)).unwrap();
        thread::Builder::new().name("sender".into()).spawn_scoped(scope, send).unwrap();
        expect(&busy, &pattern(0, 1_000_000));
    });
    let idle = events.client();
    reset(events.client());
    events.closed();
    quiet(&events);
    // A deaf client with a full queue is no reason to spin either.
    let mut deaf = events.client();
    deaf.set_timeout(Some(Duration::from_millis(100))).unwrap();
    while deaf.send(&pattern(0, 100_000)).is_ok() {}
    quiet(&events);
    drop((busy, idle, deaf));
}

/// Fails unless there is a time, soon, in which the loop does not turn.
fn quiet(events: &Looping) {
    let deadline = Instant::now() + SOON;
    loop {
        let before = events.waits();
        lab::measure_for(Duration::from_millis(100));
        if events.waits() == before {
            return;
        }
        assert!(Instant::now() < deadline, "the loop turns without anything to do");
    }
}

/// What a user does with a half-closed connection that it keeps open.
#[rstest]
fn after_a_half_close_there_is_quiet(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(way.options(), |events, event| {
        // Not finished: it gets an answer later.
        if let Event::Ended { id } = event {
            events.send(*id, b"later");
        }
    });
    let client = events.client();
    client.shutdown(Direction::Write).unwrap();
    expect(&client, b"later");
    quiet(&events);
    reset(client);
    // Nothing is read from it any more, and its end is noticed all the same; select, which tells only
    // what it was asked for, would tell with the next answer.
    if way != Way::Select {
        events.closed();
    }
}

#[rstest]
fn the_gone_swallow_what_is_sent(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(way.options(), |events, event| match event {
        Event::Received { id, .. } => {
            assert_eq!(events.len(), 1);
            assert!(events.peer(*id).is_some() && events.data(*id).is_some());
            events.close(*id);
            events.close(*id);
            assert_eq!((events.send(*id, b"lost"), events.queued(*id)), (0, 0));
            events.finish(*id);
            events.set_deadline(*id, Some(Instant::now()));
            assert!(events.peer(*id).is_none() && events.data(*id).is_none());
            assert!(events.is_empty());
        }
        Event::Closed { id, .. } => assert_eq!(events.send(*id, b"lost"), 0),
        _ => {}
    });
    for _ in 0..3 {
        let client = events.client();
        client.send_all(b"x").unwrap();
        expect_end(&client);
    }
    every_opened_is_closed(&events.stopped());
}

/// The trace tells a client that is owed something from the others.
#[rstest]
fn only_who_is_owed_something_is_watched_for_room(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
) {
    const MUCH: usize = 512 * 1024;
    let events = looping(way.options(), echo);
    let (slow, quick) = (events.client(), events.client());
    quick.send_all(b"x").unwrap();
    expect(&quick, b"x");
    assert!(events.watched().iter().all(|(_, writing)| *writing == 0), "{:?}", events.watched());
    slow.send_all(&pattern(0, MUCH)).unwrap();
    quick.send_all(b"y").unwrap();
    expect(&quick, b"y");
    expect(&slow, &pattern(0, MUCH));
    // The stop switch, the listener and two clients; one of them for room, too.
    assert!(events.watched().contains(&(4, 1)), "{:?}", events.watched());
}
