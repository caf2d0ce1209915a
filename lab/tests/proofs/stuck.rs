//! Why a program is stuck: what its threads wait for, what waits for them, and what they have left undone.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use lab::{Command, Deadline, Failure, Start, Subject, until};

/// A Python server that listens, says so, and does what `then` says, with a client that has sent five bytes.
struct Stuck {
    subject: Subject,
    client: Option<TcpStream>,
    _folder: tempfile::TempDir,
}

fn stuck(then: &str) -> Stuck {
    let folder = tempfile::tempdir().unwrap();
    let program = format!(
        "import os, select, socket, sys, threading, time\n\
         server = socket.create_server(('127.0.0.1', 0))\n\
         print('listening on {{}}:{{}}'.format(*server.getsockname()), flush=True)\n\
         {then}\ntime.sleep(1000)"
    );
    let start = Start { addr: "", dir: folder.path(), extra: &[], typed: true };
    let subject = Subject::start(&Command::python(["-S", "-c", &program]).unwrap(), start).unwrap();
    let addr = subject.ready(Deadline::after(Duration::from_secs(20))).unwrap();
    let mut client = TcpStream::connect(addr).unwrap();
    client.write_all(b"hello").unwrap();
    Stuck { subject, client: Some(client), _folder: folder }
}

impl Stuck {
    fn explained(&self) -> String {
        self.subject.explain_wait(Failure::new("nothing came"), Duration::ZERO).to_string()
    }

    /// That it is explained with all of these words, as soon as it has come so far.
    #[track_caller]
    fn expect(&self, parts: &[&str]) -> String {
        let mut explained = String::new();
        let found = until(Deadline::after(Duration::from_secs(20)), || {
            explained = self.explained();
            parts.iter().all(|part| explained.contains(part))
        });
        assert!(found, "one of {parts:?} is missing in\n{explained}");
        explained
    }

    fn client_name(&self) -> String {
        self.client.as_ref().unwrap().local_addr().unwrap().to_string()
    }
}

#[test]
fn a_client_in_the_accept_queue() {
    let server = stuck("");
    server.expect(&["1 client waits in the accept queue of 127.0.0.1:", "sleeps for a fixed time"]);
}

#[test]
fn a_thread_in_accept() {
    let server = stuck("one = server.accept(); server.accept()");
    let client = server.client_name();
    server.expect(&[
        "thread 1 (python3) is blocked in accept on descriptor 3 (the listening socket on 127.0.0.1:",
        &format!("5 bytes from {client} lie unread, on descriptor 4"),
    ]);
}

#[test]
fn a_thread_in_recv_and_one_that_waits_for_a_lock() {
    let server = stuck(
        "lock = threading.Lock(); lock.acquire()\n\
         threading.Thread(target=lock.acquire).start()\n\
         one, _ = server.accept()\n\
         while True: one.recv(100)",
    );
    let client = server.client_name();
    server.expect(&[
        &format!("thread 1 (python3) is blocked in recv on descriptor 4 (the connection from {client})"),
        "thread 2 (python3) waits for a lock or another thread",
    ]);
}

#[test]
fn waits_for_many() {
    for (call, wait) in [
        ("poll", "all = select.poll(); [all.register(fd, 1) for fd in (0, 4)]; all.poll()"),
        ("select", "select.select([0, 4], [], [])"),
        ("epoll_wait", "all = select.epoll(); [all.register(fd, 1) for fd in (0, 4)]; all.poll()"),
    ] {
        let server = stuck(&format!("one, _ = server.accept(); one.recv(5)\n{wait}"));
        let client = server.client_name();
        let explained = server.expect(&[&format!("is blocked in {call}, watching descriptor ")]);
        assert!(explained.contains(&format!("4 (the connection from {client})")), "{explained}");
        assert!(explained.contains("0 (standard input, a pipe)"), "{explained}");
    }
}

#[test]
fn a_busy_loop_at_the_end_of_a_connection() {
    let mut server = stuck("one, _ = server.accept()\nwhile True: one.recv(100)");
    drop(server.client.take());
    server.expect(&[
        "s of CPU meanwhile",
        "it read and wrote 0 bytes: it spins",
        "connections that are not closed although the client has hung up (CLOSE_WAIT): 1, on descriptor 4",
    ]);
}

#[test]
fn work_is_no_busy_loop() {
    let server = stuck(
        "zero = open('/dev/zero', 'rb', 0); null = open('/dev/null', 'wb', 0)\n\
         while True: null.write(zero.read(65536))",
    );
    let explained = server.expect(&["s of CPU meanwhile"]);
    assert!(!explained.contains("spins"), "{explained}");
}

#[test]
fn children_that_nobody_has_waited_for() {
    let server = stuck("for n in range(3): os.fork() or os._exit(0)");
    server.expect(&["children that have ended and were never waited for (zombies): 3"]);
}

#[test]
fn descriptors_that_are_not_given_back() {
    let server = stuck("server.accept(); all = [open('/dev/null') for n in range(50)]");
    let explained = server.expect(&["descriptors open; when it began to listen it had "]);
    let numbers: Vec<usize> =
        explained.split(|char: char| !char.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    let both = numbers.windows(2).any(|pair| pair[0] == pair[1] + 50);
    assert!(both, "{explained}");
}

#[test]
fn a_child_that_is_stuck() {
    let server = stuck("one, _ = server.accept()\nos.fork() or one.recv(5) + one.recv(5)\nos.wait()");
    let client = server.client_name();
    server.expect(&[
        "thread 1 (python3) waits for a child process",
        &format!("(python3) is blocked in recv on descriptor 4 (the connection from {client})"),
        "its child process",
    ]);
}
