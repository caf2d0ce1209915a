//! The thousand-and-twenty-fourth descriptor. Alone in its program, because it takes all the others.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod event_loop_common;

use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsRawFd;

use event_loop_common::{Note, Way, echo, expect, expect_end, looping};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// SEMANTICS 2, item 7: in C this would write over other memory.
#[test]
fn select_refuses_what_it_cannot_watch() {
    let hard = getrlimit(Resource::Nofile).maximum;
    assert!(hard.is_none_or(|hard| hard >= 2000), "this test needs 2,000 descriptors: {hard:?}");
    setrlimit(Resource::Nofile, Rlimit { current: Some(2000), maximum: hard }).unwrap();

    let refusing = looping(Way::Select.options(), echo);
    let first = refusing.client();
    first.send_all(b"a low number").unwrap();
    expect(&first, b"a low number");
    let watching = looping(Way::Epoll.options(), echo);
    let low = watching.client();
    low.send_all(b"it runs").unwrap();
    expect(&low, b"it runs");

    let mut taken = Vec::new();
    while taken.last().is_none_or(|file: &File| file.as_raw_fd() < 1023) {
        taken.push(File::open("/dev/null").unwrap());
    }
    for _ in 0..3 {
        let refused = refusing.client();
        let (note, _) = refusing.wait_for("Refused", |note| matches!(note, Note::Refused(_)));
        assert_eq!(note, Note::Refused(ErrorKind::InvalidInput));
        expect_end(&refused);
    }
    first.send_all(b"served on").unwrap();
    expect(&first, b"served on");
    let high = watching.client();
    high.send_all(b"epoll does not mind").unwrap();
    expect(&high, b"epoll does not mind");

    drop(taken);
    let again = refusing.client();
    again.send_all(b"there is room").unwrap();
    expect(&again, b"there is room");
    let notes = refusing.stopped();
    let closed = notes.iter().filter(|note| matches!(note, Note::Closed(..))).count();
    assert_eq!(closed, 2, "who was refused was never open: {notes:?}");
}
