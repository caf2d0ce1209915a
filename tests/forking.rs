//! What `netkit::server::Forking` and `netkit::sys::fork` promise. A program with one thread, which
//! libtest is not: so this file brings its own `main`.
//!
//! A client is connected, and has said what it wants, before the server looks: the kernel keeps both.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::panic::catch_unwind;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use lab::Deadline;
use netkit::net::{Addr, Connect, Listen, Socket, connect};
use netkit::server::{Forking, Handler, Server, Stream};
use netkit::sys::{Fork, exit_child, fork};
use netkit::trace::Direction;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

/// A bound against hanging, generous for a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// Long enough to see that nothing comes.
const A_MOMENT: Duration = Duration::from_millis(100);

const TESTS: [(&str, fn()); 9] = [
    ("a_child_is_another_process", a_child_is_another_process),
    ("with_a_second_thread_fork_is_refused", with_a_second_thread_fork_is_refused),
    ("every_client_has_a_child_of_its_own", every_client_has_a_child_of_its_own),
    ("children_are_bounded_across_calls", children_are_bounded_across_calls),
    ("a_panic_costs_one_client", a_panic_costs_one_client),
    ("a_killed_child_costs_one_client", a_killed_child_costs_one_client),
    ("children_of_others_are_left_alone", children_of_others_are_left_alone),
    ("a_child_that_will_not_end_is_killed", a_child_that_will_not_end_is_killed),
    ("descriptors_come_back", descriptors_come_back),
];

/// Before the name of the one test that a process is for.
const ALONE: &str = "--alone";

/// Each test in a process of its own, all at once: most of their time they wait.
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [ALONE, alone] = [args.first(), args.last()].map(|arg| arg.map_or("", String::as_str)) {
        let test = TESTS.iter().find(|(name, _)| *name == alone).unwrap().1;
        return if catch_unwind(test).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    // As libtest: `cargo test NAME` runs what has NAME in its name.
    let wanted: Vec<String> = args.into_iter().filter(|arg| !arg.starts_with('-')).collect();
    let own = std::env::current_exe().unwrap();
    let chosen = TESTS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str())));
    let running: Vec<(&str, Child)> =
        chosen.map(|name| (name, Command::new(&own).args([ALONE, name]).spawn().unwrap())).collect();
    let mut failed = 0;
    for (name, mut test) in running {
        let passed = test.wait().unwrap().success();
        println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
        failed += usize::from(!passed);
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Does what the client's first byte asks for, and stays until the client has gone.
struct Obedient;

impl Handler<Socket> for Obedient {
    fn handle(&self, client: &mut Socket, _: &Addr) -> io::Result<()> {
        let mut order = [0];
        client.recv(&mut order)?;
        match &order {
            b"p" => panic!("as ordered"),
            b"s" => {
                // SIGTERM no longer ends this process.
                signal_hook::flag::register(signal_hook::consts::SIGTERM, Arc::new(AtomicBool::new(false)))?;
            }
            _ => {}
        }
        client.send_all(&std::process::id().to_ne_bytes())?;
        if &order == b"s" {
            loop {
                lab::measure_for(Duration::from_secs(1));
            }
        }
        while client.recv(&mut [0; 64])? > 0 {}
        Ok(())
    }
}

type Forker = Server<Stream, Obedient, Forking>;

fn server(limit: usize) -> Forker {
    let any: Addr = "127.0.0.1:0".parse().unwrap();
    Server::with(&any, Obedient, Forking::at_most(limit), &Listen::default()).unwrap()
}

/// A client that has said `order`, whom nobody has accepted yet.
fn client(server: &Forker, order: &[u8]) -> Socket {
    let how = Connect { timeout: Some(SOON), ..Connect::default() };
    let client = connect(server.server_address(), &how).unwrap();
    client.send_all(order).unwrap();
    client
}

/// The process that serves the client; `None` when there is none any more.
fn who_serves(client: &Socket) -> Option<u32> {
    let mut number = [0; 4];
    match client.recv(&mut number) {
        Ok(4) => Some(u32::from_ne_bytes(number)),
        Ok(0) => None,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => None,
        other => panic!("{other:?}"),
    }
}

/// A client leaves. Closing its socket would not do: the children have copies of it, because here the
/// clients live in the process that is forked.
fn leave(client: &Socket) {
    client.shutdown(Direction::Both).unwrap();
}

fn served(server: &mut Forker, order: &[u8]) -> (Socket, Option<u32>) {
    let client = client(server, order);
    assert!(server.handle_request(SOON).unwrap());
    let by = who_serves(&client);
    (client, by)
}

fn own_children() -> Vec<u32> {
    lab::proc::children(std::process::id()).unwrap()
}

/// Lets the server look around until it has no child left, living or dead.
fn all_collected(server: &mut Forker) {
    let collected = lab::until(Deadline::after(SOON), || {
        server.handle_request(Duration::from_millis(1)).unwrap();
        own_children().is_empty()
    });
    assert!(collected, "children are left: {:?}", own_children());
}

fn a_child_is_another_process() {
    match fork().unwrap() {
        Fork::Child => exit_child(7),
        Fork::Parent(pid) => {
            let status = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED).unwrap().unwrap();
            assert_eq!(status.exit_status(), Some(7));
        }
    }
}

fn with_a_second_thread_fork_is_refused() {
    let (let_go, gate) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        std::thread::Builder::new().name("second".into()).spawn_scoped(scope, move || gate.recv()).unwrap();
        let error = fork().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("this process has 2"), "{error}");
        drop(let_go);
    });
    // The kernel may need a moment to take the thread off its list.
    let alone = || lab::proc::threads(std::process::id()).unwrap() == 1;
    assert!(lab::until(Deadline::after(SOON), alone));
    a_child_is_another_process();
}

fn every_client_has_a_child_of_its_own() {
    let mut server = server(40);
    let clients: Vec<(Socket, Option<u32>)> = (0..4).map(|_| served(&mut server, b"?")).collect();
    let pids: HashSet<u32> = clients.iter().map(|(_, by)| by.unwrap()).collect();
    assert_eq!(pids.len(), 4, "four processes");
    assert_eq!(HashSet::from_iter(own_children()), pids, "our children");
    clients.iter().for_each(|(client, _)| leave(client));
    all_collected(&mut server);
    assert_eq!((server.served(), server.server_close()), (4, 0));
}

/// Children outlive the call that started them; the next call has to hear of their ends.
fn children_are_bounded_across_calls() {
    let mut server = server(2);
    let first = served(&mut server, b"?");
    let second = served(&mut server, b"?");
    let third = client(&server, b"?");
    assert!(!server.handle_request(A_MOMENT).unwrap(), "a third child");
    assert_eq!(own_children().len(), 2);
    leave(&first.0);
    assert!(server.handle_request(SOON).unwrap(), "the end of the first was not noticed");
    assert!(who_serves(&third).is_some());
    leave(&second.0);
    leave(&third);
    all_collected(&mut server);
}

fn a_panic_costs_one_client() {
    let mut server = server(2);
    assert_eq!(served(&mut server, b"p").1, None, "the end of the stream");
    let (second, by) = served(&mut server, b"?");
    assert!(by.is_some());
    leave(&second);
    all_collected(&mut server);
}

fn a_killed_child_costs_one_client() {
    let mut server = server(2);
    let (first, by) = served(&mut server, b"?");
    kill_process(Pid::from_raw(by.unwrap().cast_signed()).unwrap(), Signal::KILL).unwrap();
    assert_eq!(who_serves(&first), None);
    let (second, by) = served(&mut server, b"?");
    assert!(by.is_some());
    leave(&second);
    all_collected(&mut server);
}

/// SEMANTICS 6.3, item 22: above its limit Python collects any child of the program.
fn children_of_others_are_left_alone() {
    let mut ended = Command::new("false").spawn().unwrap();
    let mut living = Command::new("sleep").arg("60").stdout(Stdio::null()).spawn().unwrap();
    assert!(lab::until(Deadline::after(SOON), || lab::proc::state(ended.id()).unwrap() == 'Z'));
    let mut server = server(1);
    let (first, _) = served(&mut server, b"?");
    let second = client(&server, b"?");
    assert!(!server.handle_request(A_MOMENT).unwrap());
    leave(&first);
    assert!(server.handle_request(SOON).unwrap());
    assert!(who_serves(&second).is_some());
    assert_eq!(server.server_close(), 0);
    drop(server);
    assert_eq!(ended.wait().unwrap().code(), Some(1), "its status is still ours");
    assert!(living.try_wait().unwrap().is_none(), "it was not the server's to end");
    living.kill().unwrap();
    living.wait().unwrap();
}

fn a_child_that_will_not_end_is_killed() {
    let mut server = server(2);
    let (stubborn, by) = served(&mut server, b"s");
    assert!(by.is_some());
    let idle = served(&mut server, b"?").0;
    let begun = Instant::now();
    assert_eq!(server.server_close(), 0, "none is left");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    assert!(own_children().is_empty(), "{:?}", own_children());
    assert_eq!((who_serves(&stubborn), who_serves(&idle)), (None, None));
}

fn descriptors_come_back() {
    let descriptors = || lab::proc::descriptors(std::process::id()).unwrap();
    let mut server = server(40);
    leave(&served(&mut server, b"?").0);
    all_collected(&mut server);
    let before = descriptors();
    for _ in 0..4 {
        let clients: Vec<_> = (0..20).map(|_| served(&mut server, b"?")).collect();
        clients.iter().for_each(|(client, _)| leave(client));
        drop(clients);
        all_collected(&mut server);
    }
    assert_eq!(descriptors(), before);
}
