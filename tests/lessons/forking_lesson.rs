//! The forking server as a program: `lesson6 server --dispatch forking`, seen from outside.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lab::{Deadline, Exit, Peer, Signal, Stream, Subject};
use rustix::process::{Pid, kill_process};

/// A bound against hanging, generous for a busy machine.
const SOON: Duration = Duration::from_secs(10);

struct Program {
    subject: Subject,
    addr: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Program {
    fn start(extra: &[&str]) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let words = ["server", "--dispatch", "forking", "--handler", "echo"];
        let start = lab::Start { addr: "127.0.0.1:0", dir: folder.path(), extra, typed: false };
        let subject = Subject::start(&lab::Command::new(crate::common::binary(6), words), start).unwrap();
        let addr = lab::socket_address(&subject.ready(Deadline::after(SOON)).unwrap()).unwrap();
        Program { subject, addr, _folder: folder }
    }

    /// Limits its descriptors so that it can have `count` more.
    fn leaves_free(&self, count: usize) {
        let open = lab::proc::descriptors(self.subject.pid()).unwrap();
        let beyond = (0..).filter(|number| !open.contains(number)).nth(count).unwrap();
        self.subject.limit_descriptors(u64::from(beyond)).unwrap();
    }

    fn connect(&self) -> Peer {
        Peer::connect(self.addr, Deadline::after(SOON)).unwrap()
    }

    /// A client that has been answered: its child lives.
    fn served(&self) -> Peer {
        let mut peer = self.connect();
        peer.send(b"hello").unwrap();
        peer.expect(b"hello").unwrap();
        peer
    }

    fn children(&self) -> HashSet<u32> {
        lab::proc::children(self.subject.pid()).unwrap().into_iter().collect()
    }

    fn becomes(&self, children: usize) {
        let so_many = lab::until(Deadline::after(SOON), || self.children().len() == children);
        assert!(so_many, "{:?} instead of {children} children", self.children());
    }
}

#[test]
fn children_come_and_go_with_their_clients() {
    let program = Program::start(&[]);
    let clients: Vec<Peer> = (0..5).map(|_| program.served()).collect();
    let children = program.children();
    assert_eq!(children.len(), 5);
    assert!(children.iter().all(|child| lab::proc::threads(*child).unwrap() == 1));
    drop(clients);
    // A zombie would still be listed as a child.
    program.becomes(0);
    drop(program.served());
    program.becomes(0);
}

#[test]
fn children_are_bounded() {
    let program = Program::start(&["--max", "2"]);
    let first = program.served();
    let second = program.served();
    let mut third = program.connect();
    third.send(b"let me in").unwrap();
    lab::measure_for(Duration::from_millis(100));
    assert_eq!(program.children().len(), 2, "a third child");
    assert_eq!(lab::proc::waiting(program.addr), Some(1), "it waits in the queue");
    drop(first);
    third.expect(b"let me in").unwrap();
    program.becomes(2);
    drop((second, third));
    program.becomes(0);
}

/// A child holds a copy of the listener: it must not keep the port when its server has been killed.
#[test]
fn a_killed_servers_children_end_with_it() {
    let program = Program::start(&[]);
    let mut client = program.served();
    let leader = program.subject.pid();
    kill_process(Pid::from_raw(leader.cast_signed()).unwrap(), Signal::KILL).unwrap();
    client.expect_hang_up().unwrap();
    let all_gone = lab::until(Deadline::after(SOON), || program.subject.companions().is_empty());
    assert!(all_gone, "{:?} live on", program.subject.companions());
    drop(client);
    let is_free = || std::net::TcpListener::bind(program.addr).is_ok();
    assert!(lab::until(Deadline::after(SOON), is_free), "{} is still in use", program.addr);
}

#[test]
fn a_killed_child_costs_its_client_only() {
    let program = Program::start(&[]);
    let mut victim = program.served();
    let child = *program.children().iter().next().unwrap();
    let mut other = program.served();
    kill_process(Pid::from_raw(child.cast_signed()).unwrap(), Signal::KILL).unwrap();
    victim.expect_hang_up().unwrap();
    other.send(b"still here").unwrap();
    other.expect(b"still here").unwrap();
    program.becomes(1);
    drop(program.served());
    assert!(program.subject.is_alive());
}

#[test]
fn a_stop_ends_everybody() {
    let program = Program::start(&[]);
    let mut idle: Vec<Peer> = (0..3).map(|_| program.served()).collect();
    assert_eq!(program.subject.companions().len(), 3);
    let begun = Instant::now();
    program.subject.signal(Signal::TERM);
    assert_eq!(program.subject.wait(Deadline::after(SOON)).unwrap(), Exit::Code(0));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(program.subject.companions(), Vec::<u32>::new());
    for peer in &mut idle {
        peer.expect_hang_up().unwrap();
    }
    let mut is_last = |line: &str| line == "stopped after 3 connections";
    program.subject.line(Stream::Stdout, "stopped after 3", Deadline::after(SOON), &mut is_last).unwrap();
}

/// A child must not keep the server's way of stopping: SIGTERM ends it, and Ctrl-C, which reaches
/// the whole group, is the server's business.
#[test]
fn signals_are_the_servers_business() {
    const INT: u64 = 1 << 1;
    const TERM: u64 = 1 << 14;
    let mask = |pid: u32, name: &str| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let digits = status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim();
        u64::from_str_radix(digits, 16).unwrap()
    };
    let program = Program::start(&[]);
    let client = program.served();
    let server = program.subject.pid();
    let child = *program.children().iter().next().unwrap();
    assert_eq!(mask(server, "SigCgt:") & (INT | TERM), INT | TERM, "the server catches both");
    assert_eq!(mask(child, "SigCgt:") & (INT | TERM), 0);
    assert_eq!(mask(child, "SigIgn:") & (INT | TERM), INT);
    drop(client);
}

#[test]
fn two_hundred_clients_leave_nothing() {
    let program = Program::start(&["--max", "10"]);
    drop(program.served());
    program.becomes(0);
    let before = lab::proc::descriptors(program.subject.pid()).unwrap();
    for _ in 0..10 {
        let clients: Vec<Peer> = (0..20).map(|_| program.connect()).collect();
        for mut client in clients {
            client.send(b"hello").unwrap();
            client.half_close();
            client.expect_all(b"hello").unwrap();
        }
    }
    program.becomes(0);
    // The first child may have had a descriptor left when we looked: no more than then.
    let same = || lab::proc::descriptors(program.subject.pid()).unwrap().len() <= before.len();
    assert!(lab::until(Deadline::after(SOON), same));
}

/// SEMANTICS 1.2, item 21, and what is left of a fork that could not be watched.
#[test]
fn without_descriptors_nothing_spins_and_nobody_is_lost_for_ever() {
    let program = Program::start(&[]);
    drop(program.served());
    program.becomes(0);
    for free in 1..=6 {
        program.leaves_free(free);
        let clients: Vec<Peer> = (0..8).map(|_| program.connect()).collect();
        let cpu = program.subject.cpu_time();
        lab::measure_for(Duration::from_millis(150));
        let used = program.subject.cpu_time().saturating_sub(cpu);
        assert!(used < Duration::from_millis(100), "with {free} left it spins: {used:?}");
        drop(clients);
        program.becomes(0);
        program.subject.limit_descriptors(1000).unwrap();
        drop(program.served());
        program.becomes(0);
    }
}
