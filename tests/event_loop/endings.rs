//! What `netkit::event_loop` promises about time: deadlines, timers, goodbyes and stops.

use std::time::{Duration, Instant};

use crate::event_loop_common::{Looping, Note, SOON, Way, echo, expect, expect_end, looping, pattern};
use netkit::event_loop::{Event, EventLoop};
use netkit::net::Socket;
use netkit::selector::Token;
use netkit::trace::Direction;
use rstest::rstest;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn expired(events: &Looping) -> Instant {
    let (_, at) = events.wait_for("Expired", |note| matches!(note, Note::Expired(_)));
    at
}

/// A loop that sets deadlines one after the other when a client connects, and a timer at `end`.
fn with_deadlines(way: Way, deadlines: &'static [Option<u64>], end: u64) -> (Looping, Socket, Instant) {
    let begun = Instant::now();
    let events = looping(way.options(), move |events: &mut EventLoop, event: &Event<'_>| {
        echo(events, event);
        if let Event::Opened { id, .. } = event {
            for after in deadlines {
                events.set_deadline(*id, after.map(|after| Instant::now() + ms(after)));
            }
            events.set_timer(ms(end), 7);
        }
    });
    let client = events.client();
    (events, client, begun)
}

#[rstest]
#[case::as_set(&[Some(60)], 60)]
#[case::moved_later(&[Some(20), Some(150)], 150)]
#[case::moved_earlier(&[Some(60_000), Some(40)], 40)]
#[case::moved_twice(&[Some(50), Some(60_000), Some(30), Some(120)], 120)]
#[case::set_again(&[Some(20), None, Some(80)], 80)]
fn a_deadline_expires_once(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
    #[case] deadlines: &'static [Option<u64>],
    #[case] after: u64,
) {
    let (events, client, begun) = with_deadlines(way, deadlines, 300);
    let waited = expired(&events) - begun;
    assert!(ms(after) <= waited && waited < SOON, "{waited:?}");
    let mut again = 0;
    while events.next().0 != Note::Timer(7) {
        again += 1;
    }
    assert_eq!(again, 0, "it expires once");
    drop(client);
    events.closed();
}

#[rstest]
fn no_deadline_does_not_expire(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let (events, client, begun) = with_deadlines(way, &[Some(20), None], 100);
    assert!(matches!(events.next().0, Note::Opened(_)));
    let (note, at) = events.next();
    assert_eq!(note, Note::Timer(7));
    assert!(at - begun >= ms(100));
    drop(client);
    // A deadline of a connection that has gone is nobody's.
    assert_eq!(events.closed().1, None);
    assert_eq!(events.stopped(), [Note::Stopped]);
}

#[rstest]
fn timers_come_in_the_order_of_their_times(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
) {
    let events = looping(way.options(), |events: &mut EventLoop, event: &Event<'_>| {
        echo(events, event);
        if let Event::Opened { .. } = event {
            for (after, key) in [(90, 3), (30, 1), (60, 2), (0, 0)] {
                events.set_timer(ms(after), key);
            }
            // For ever is a time like any other.
            events.set_timer(Duration::MAX, 99);
        }
    });
    let client = events.client();
    let (_, opened) = events.wait_for("Opened", |note| matches!(note, Note::Opened(_)));
    for key in 0..4 {
        let (note, at) = events.next();
        assert_eq!(note, Note::Timer(key));
        // The note of the opening was written down after the timers were set.
        assert!(at + ms(5) >= opened + ms(30 * key), "{key}");
    }
    drop(client);
    events.closed();
}

/// An answer, a goodbye, and whoever does not hang up then.
fn answers_and_finishes(events: &mut EventLoop, event: &Event<'_>) {
    if let Event::Received { id, .. } = event {
        events.send(*id, b"goodbye");
        events.finish(*id);
        // What is set now must not keep the goodbye from ending.
        events.set_deadline(*id, None);
    }
}

#[rstest]
fn a_goodbye_waits_a_second_for_the_peer(
    #[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way,
    #[values(false, true)] talks_on: bool,
) {
    let events = looping(way.options(), answers_and_finishes);
    let client = events.client();
    client.send_all(b"hello").unwrap();
    expect(&client, b"goodbye");
    expect_end(&client);
    let begun = Instant::now();
    if talks_on {
        // Not a word of this is reported.
        client.send_all(&pattern(0, 200_000)).unwrap();
    }
    let (note, at) =
        events.wait_for("Closed", |note| matches!(note, Note::Closed(..) | Note::Received(_, 6..)));
    assert!(matches!(note, Note::Closed(_, None)), "{note:?}");
    let waited = at - begun;
    assert!(ms(800) < waited && waited < SOON, "{waited:?}");
}

#[rstest]
fn a_goodbye_ends_with_the_peers(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(way.options(), answers_and_finishes);
    let client = events.client();
    client.send_all(b"hello").unwrap();
    expect(&client, b"goodbye");
    expect_end(&client);
    let begun = Instant::now();
    client.send_all(b"unheard").unwrap();
    drop(client);
    assert_eq!(events.closed().1, None, "what was unread is no reason for a reset");
    assert!(begun.elapsed() < ms(700), "{:?}", begun.elapsed());
    let reported: Vec<Note> = events.stopped();
    assert_eq!(reported, [Note::Stopped]);
}

fn opened(events: &Looping) -> Token {
    match events.wait_for("Opened", |note| matches!(note, Note::Opened(_))).0 {
        Note::Opened(id) => id,
        _ => unreachable!(),
    }
}

#[rstest]
fn a_stop_closes_the_idle_at_once(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(way.options(), echo);
    let clients = [events.client(), events.client(), events.client()];
    for _ in &clients {
        opened(&events);
    }
    let addr = events.addr.clone();
    let begun = Instant::now();
    let notes = events.stopped();
    // Well below the 0.8 s that queued replies would get.
    assert!(begun.elapsed() < ms(300), "{:?}", begun.elapsed());
    assert_eq!(notes.len(), 4, "{notes:?}");
    assert!(notes[..3].iter().all(|note| matches!(note, Note::Closed(_, None))), "{notes:?}");
    clients.iter().for_each(expect_end);
    assert!(std::net::TcpStream::connect(addr.to_string()).is_err(), "nobody listens any more");
}

/// Long enough to be queued whatever the kernel takes.
const LONG: usize = 300_000;

/// Answers anything with a long reply.
fn answers_at_length(events: &mut EventLoop, event: &Event<'_>) {
    if let Event::Received { id, .. } = event {
        events.send(*id, &pattern(0, LONG));
    }
}

#[rstest]
fn a_stop_lets_a_reply_leave(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(way.options(), answers_at_length);
    let client = events.client();
    client.send_all(b"?").unwrap();
    events.wait_for("Received", |note| matches!(note, Note::Received(..)));
    events.stop.request();
    expect(&client, &pattern(0, LONG));
    expect_end(&client);
    drop(client);
    assert_eq!(events.closed().1, None);
    assert_eq!(events.stopped(), [Note::Stopped]);
}

#[rstest]
fn a_stop_gives_up_on_who_does_not_read(#[values(Way::Select, Way::Poll, Way::Epoll, Way::Edge)] way: Way) {
    let events = looping(way.options(), answers_at_length);
    let clients = [events.client(), events.client()];
    for client in &clients {
        client.send_all(b"?").unwrap();
        events.wait_for("Received", |note| matches!(note, Note::Received(..)));
    }
    clients[1].shutdown(Direction::Write).unwrap();
    let begun = Instant::now();
    let notes = events.stopped();
    let waited = begun.elapsed();
    assert!(ms(300) < waited && waited < Duration::from_secs(3), "{waited:?}");
    assert_eq!(notes.iter().filter(|note| matches!(note, Note::Closed(..))).count(), 2, "{notes:?}");
}
