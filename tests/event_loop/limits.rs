//! Descriptors: what `netkit::event_loop` does when there are none, and that it gives all of them
//! back. Seen from outside, through lesson 5's server: a limit holds for a whole process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use lab::{Deadline, Peer, Subject};
use rstest::rstest;

/// A bound against hanging, generous for a busy machine.
const SOON: Duration = Duration::from_secs(20);

/// The mechanism's options for lesson 5.
const SELECT: &[&str] = &["--quiet", "--mechanism", "select"];
const POLL: &[&str] = &["--quiet", "--mechanism", "poll"];
const EPOLL: &[&str] = &["--quiet", "--mechanism", "epoll"];
const EDGE: &[&str] = &["--quiet", "--mechanism", "epoll", "--trigger", "edge"];

struct Program {
    subject: Subject,
    said: String,
    folder: tempfile::TempDir,
}

impl Program {
    fn start(addr: &str, extra: &[&str]) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let addr = addr.replace("{dir}", folder.path().to_str().unwrap());
        let start = lab::Start { addr: &addr, dir: folder.path(), extra, typed: false };
        let subject = Subject::start(
            &lab::Command::new(crate::common::binary(5), ["server", "--trace-out", "{dir}/trace"]),
            start,
        )
        .unwrap();
        let said = subject.ready(Deadline::after(SOON)).unwrap();
        let program = Program { subject, said, folder };
        program.settles();
        program
    }

    /// Waits until it runs as it will, with everything open that it needs: a client has come and gone.
    fn settles(&self) {
        let deadline = Deadline::after(SOON);
        let path = self.path();
        let mut first = match path.exists() {
            true => Peer::connect_unix(&path, deadline).unwrap(),
            false => self.connect(),
        };
        answered(&mut first);
        let open = self.descriptors().len();
        drop(first);
        assert!(lab::until(deadline, || self.descriptors().len() < open));
    }

    /// Where it is when it was asked for a unix path.
    fn path(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    fn addr(&self) -> SocketAddr {
        lab::socket_address(&self.said).unwrap()
    }

    /// Limits its descriptors so that it can have `count` more.
    fn leaves_free(&self, count: usize) {
        let open = lab::proc::descriptors(self.subject.pid()).unwrap();
        let beyond = (0..).filter(|number| !open.contains(number)).nth(count).unwrap();
        self.subject.limit_descriptors(u64::from(beyond)).unwrap();
    }

    /// How often the loop has begun to wait so far.
    fn waits(&self) -> usize {
        let trace = std::fs::read_to_string(self.folder.path().join("trace")).unwrap();
        trace.matches("\"wait_enter\"").count()
    }

    fn connect(&self) -> Peer {
        Peer::connect(self.addr(), Deadline::after(SOON)).unwrap()
    }

    fn descriptors(&self) -> Vec<u32> {
        lab::proc::descriptors(self.subject.pid()).unwrap()
    }

    fn comes_back_to(&self, descriptors: &[u32]) {
        let back = lab::until(Deadline::after(SOON), || self.descriptors() == descriptors);
        assert!(back, "{:?} instead of {descriptors:?}", self.descriptors());
    }
}

fn answered(peer: &mut Peer) {
    peer.send(b"hello").unwrap();
    peer.expect(b"hello").unwrap();
}

/// SEMANTICS 1.2, item 21: a level-triggered loop that only reports EMFILE would spin.
#[rstest]
fn at_the_limit_of_descriptors_clients_wait(#[values(SELECT, POLL, EPOLL, EDGE)] how: &[&str]) {
    let program = Program::start("127.0.0.1:0", how);
    let before = program.descriptors();
    program.leaves_free(3);
    let mut served: Vec<Peer> = (0..3).map(|_| program.connect()).collect();
    served.iter_mut().for_each(answered);
    let mut waiting: Vec<Peer> = (0..3).map(|_| program.connect()).collect();
    for peer in &mut waiting {
        peer.send(b"hello").unwrap();
    }
    let waits = program.waits();
    lab::measure_for(Duration::from_millis(400));
    let more = program.waits() - waits;
    // Each waiting client is a reason to look, once; so is the retry after a second.
    assert!(more <= 8, "it spins: {more} waits in 0.4 s");
    assert_eq!(lab::proc::waiting(program.addr()), Some(3), "all three are in the queue");
    served.iter_mut().for_each(answered);
    // Each place that becomes free is one for somebody who waits.
    for mut peer in waiting {
        drop(served.remove(0));
        peer.expect(b"hello").unwrap();
        served.push(peer);
    }
    drop(served);
    program.comes_back_to(&before);
}

/// The shortage may end without any of the loop's connections leaving.
#[test]
fn accepting_goes_on_when_the_limit_is_raised() {
    let program = Program::start("127.0.0.1:0", EPOLL);
    program.leaves_free(0);
    let mut waits = program.connect();
    waits.send(b"hello").unwrap();
    lab::measure_for(Duration::from_millis(50));
    program.subject.limit_descriptors(1000).unwrap();
    waits.expect(b"hello").unwrap();
}

/// 10,000 connections over the four ways, of which no descriptor is left.
#[rstest]
fn thousands_of_connections_leave_nothing(#[values(SELECT, POLL, EPOLL, EDGE)] how: &[&str]) {
    // A unix path has no ports that could run out.
    let program = Program::start("unix:{dir}/server", how);
    let path = program.path();
    let before = program.descriptors();
    for batch in 0..25 {
        let deadline = Deadline::after(SOON);
        let mut peers: Vec<Peer> = (0..100).map(|_| Peer::connect_unix(&path, deadline).unwrap()).collect();
        for (number, peer) in peers.iter_mut().enumerate() {
            match (batch + number) % 4 {
                0 => {}
                1 => peer.send(b"and away").unwrap(),
                2 => answered(peer),
                _ => peer.half_close(),
            }
        }
    }
    program.comes_back_to(&before);
    assert!(program.subject.is_alive());
}

#[rstest]
fn connections_that_are_reset_leave_nothing(#[values(SELECT, POLL, EPOLL, EDGE)] how: &[&str]) {
    let program = Program::start("127.0.0.1:0", how);
    let before = program.descriptors();
    for _ in 0..10 {
        let mut peers: Vec<Peer> = (0..50).map(|_| program.connect()).collect();
        for (number, peer) in peers.iter_mut().enumerate() {
            match number % 4 {
                0 => {}
                1 => peer.send(&[b'x'; 10_000]).unwrap(),
                2 => answered(peer),
                _ => peer.half_close(),
            }
        }
        peers.into_iter().for_each(Peer::reset);
    }
    program.comes_back_to(&before);
    answered(&mut program.connect());
}
