//! A subject may print, hang, fork or crash; the grader is never hurt by it, and leaves nothing running.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use lab::{Command, Deadline, Exit, Failure, Peer, Signal, Start, Stream, Subject, proc, until};

/// A shell script as subject, with a folder of its own.
struct Script {
    subject: Subject,
    folder: tempfile::TempDir,
}

fn script(text: &str) -> Script {
    let folder = tempfile::tempdir().unwrap();
    let command = Command::new("sh", ["-c", text]);
    let start = Start { addr: "127.0.0.1:0", dir: folder.path(), extra: &[], typed: true };
    Script { subject: Subject::start(&command, start).unwrap(), folder }
}

impl Script {
    fn ready(&self, seconds: u64) -> Result<String, String> {
        self.subject.ready(soon(seconds)).map_err(|failure: Failure| failure.to_string())
    }

    /// The number that the script has written to the file `pid` in its folder.
    fn written_pid(&self) -> u32 {
        let path: PathBuf = self.folder.path().join("pid");
        let mut pid = None;
        until(soon(30), || {
            pid = std::fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
            pid.is_some()
        });
        pid.expect("the script writes the number of its child")
    }
}

fn soon(seconds: u64) -> Deadline {
    Deadline::after(Duration::from_secs(seconds))
}

fn is_gone(pid: u32) -> bool {
    // A zombie has ended; whoever adopted it has yet to fetch its exit code.
    until(soon(30), || proc::state(pid).is_ok_and(|state| state == 'Z') || proc::state(pid).is_err())
}

#[test]
fn a_program_that_does_not_exist_is_named() {
    let command = Command::new("/no/such/program", [""; 0]);
    let folder = tempfile::tempdir().unwrap();
    let start = Start { addr: "", dir: folder.path(), extra: &[], typed: false };
    let failure = Subject::start(&command, start).unwrap_err().to_string();
    assert!(failure.contains("cannot start /no/such/program: No such file"), "{failure}");
}

#[test]
fn the_ready_line_is_found_among_others() {
    let script = script("echo Starting...; echo; echo listening on 127.0.0.1:4321; read line");
    assert_eq!(script.ready(30).unwrap(), "127.0.0.1:4321");
    assert!(script.subject.is_alive());
    script.subject.type_in(b"end\n", soon(30)).unwrap();
    assert_eq!(script.subject.wait(soon(30)).unwrap(), Exit::Code(0));
}

#[test]
fn never_ready_is_said_at_the_deadline() {
    let script = script("echo one moment; read line");
    let started = Instant::now();
    let failure = script.subject.ready(Deadline::after(Duration::from_millis(300))).unwrap_err().to_string();
    assert!(failure.contains("no line `listening on ADDR` on stdout in time"), "{failure}");
    assert!(failure.contains("its last output: one moment"), "{failure}");
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[test]
fn an_exit_before_ready_is_said_at_once_with_the_last_words() {
    let script = script("echo oh no >&2; exit 3");
    let started = Instant::now();
    let failure = script.ready(20).unwrap_err();
    assert!(failure.contains("ended (exit code 3) without the line `listening on ADDR`"), "{failure}");
    assert!(failure.contains("oh no"), "{failure}");
    assert!(started.elapsed() < Duration::from_secs(10), "it did not wait for the deadline");
}

#[test]
fn garbage_is_no_obstacle() {
    let script = script(
        r"printf '\377\000\033[2J'; head -c 100000 /dev/zero; echo; echo listening on here; read line",
    );
    assert_eq!(script.ready(30).unwrap(), "here");
}

#[test]
fn a_program_that_ignores_sigterm_is_told_so_and_killed() {
    let script = script("trap '' TERM; echo listening on here; while :; do read line; done");
    script.ready(30).unwrap();
    let pid = script.subject.pid();
    script.subject.signal(Signal::TERM);
    let failure = script.subject.wait(Deadline::after(Duration::from_millis(300))).unwrap_err().to_string();
    assert!(failure.contains("did not end in time"), "{failure}");
    drop(script);
    assert!(proc::state(pid).is_err(), "it is killed and reaped");
}

#[test]
fn a_grandchild_that_keeps_stdout_open_hangs_nobody() {
    let script = script("sleep 1000 & echo $! > \"$TMPDIR/pid\"; echo listening on here; exit 0");
    script.ready(30).unwrap();
    assert_eq!(script.subject.wait(soon(30)).unwrap(), Exit::Code(0));
    let grandchild = script.written_pid();
    assert!(proc::state(grandchild).is_ok_and(|state| state != 'Z'), "it lives on");

    let started = Instant::now();
    let failure =
        script.subject.line(Stream::Stdout, "more", soon(20), &mut |_| false).unwrap_err().to_string();
    assert!(failure.contains("ended (exit code 0) without the line `more`"), "{failure}");
    drop(script);
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(is_gone(grandchild), "the whole group is killed");
}

#[test]
fn a_grandchild_that_prints_for_ever_does_not_hide_the_exit() {
    let script = script("yes & echo $! > \"$TMPDIR/pid\"; exit 7");
    assert_eq!(script.subject.wait(soon(60)).unwrap(), Exit::Code(7));
    let grandchild = script.written_pid();
    drop(script);
    assert!(is_gone(grandchild));
}

#[test]
fn sixty_megabytes_of_output_neither_block_nor_fill_the_memory() {
    let memory = || proc::memory(std::process::id()).unwrap().resident;
    let before = memory();
    let script = script(
        "yes 0123456789 | head -c 30000000; head -c 30000000 /dev/zero | tr '\\0' x; echo; echo listening on here",
    );
    assert_eq!(script.ready(60).unwrap(), "here");
    assert_eq!(script.subject.wait(soon(60)).unwrap(), Exit::Code(0));
    let grown = memory().saturating_sub(before);
    // Kept whole, with a vector for each of its short lines, it would be 180 MB; the tests beside this one keep some, too.
    assert!(grown < 64 << 20, "bounded: {} kB", grown >> 10);
}

#[test]
fn the_last_words_before_the_exit_are_there() {
    for _ in 0..50 {
        let script = script("echo first; echo last; echo to stderr >&2");
        assert_eq!(script.subject.wait(soon(30)).unwrap(), Exit::Code(0));
        assert_eq!(script.subject.tail(Stream::Stdout, 9), ["first", "last"]);
        assert_eq!(script.subject.tail(Stream::Stderr, 9), ["to stderr"]);
    }
}

#[test]
fn the_last_words_behind_the_end_of_a_connection_are_there() {
    let script = script("read line; echo the reason >&2; exit 3");
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let subject = Rc::new(script.subject);
    let peer = Peer::connect(server.local_addr().unwrap(), soon(30)).unwrap();
    // It ends its connection first, as a Rust program does whose `main` returns an error.
    drop(server.accept().unwrap());
    subject.type_in(b"go\n", soon(30)).unwrap();
    let failure = peer.to_subject(&subject).expect(b"a reply").unwrap_err().to_string();
    assert!(failure.contains("the reason"), "{failure}");
    assert!(failure.contains("the process has ended: exit code 3"), "{failure}");
}

#[test]
fn a_closed_stdout_is_a_broken_pipe_for_the_program() {
    // It tries again: for a moment, a child that another test is just starting has our end open too.
    let mut script = script(
        "trap '' PIPE; echo listening on here; read line; while echo more; do sleep 0.01; done; exit 5",
    );
    script.ready(30).unwrap();
    script.subject.close_stdout(soon(30)).unwrap();
    script.subject.type_in(b"\n", soon(30)).unwrap();
    assert_eq!(script.subject.wait(soon(30)).unwrap(), Exit::Code(5));
}

#[test]
fn an_end_by_a_signal_and_the_end_of_input_are_told_apart() {
    let killed = script("echo listening on here; read line");
    killed.ready(30).unwrap();
    killed.subject.signal(Signal::KILL);
    assert_eq!(killed.subject.wait(soon(30)).unwrap(), Exit::Signal(9));

    let ended = script("read line || exit 4");
    ended.subject.end_stdin();
    assert_eq!(ended.subject.wait(soon(30)).unwrap(), Exit::Code(4));
}

#[test]
fn a_program_that_never_reads_its_input_holds_nobody() {
    let script = script("echo listening on here; sleep 1000");
    script.ready(30).unwrap();
    let much = vec![b'x'; 1 << 20];
    let failure =
        script.subject.type_in(&much, Deadline::after(Duration::from_millis(300))).unwrap_err().to_string();
    assert!(failure.contains("no longer reads its stdin"), "{failure}");
}

#[test]
fn a_busy_loop_is_named() {
    let script = script("while :; do :; done");
    let mut failure = String::new();
    // On a busy machine its share of the CPUs is small: the longer it is waited for, the more it has used.
    for seconds in [1, 2, 4, 8, 16] {
        failure = script.ready(seconds).unwrap_err();
        if failure.contains("it spins") {
            return;
        }
    }
    panic!("{failure}");
}

#[test]
fn the_facts_of_a_process_are_counted() {
    let script = script("sleep 1000 & echo listening on here; read line");
    script.ready(30).unwrap();
    let pid = script.subject.pid();
    assert!(proc::descriptors(pid).unwrap().starts_with(&[0, 1, 2]));
    assert_eq!(proc::threads(pid).unwrap(), 1);
    assert_eq!(proc::children(pid).unwrap().len(), 1);
    let memory = proc::memory(pid).unwrap();
    assert!(memory.resident > 0 && memory.peak >= memory.resident);
}
