//! Peers that do not answer, answer badly or are somebody else; output that nobody reads; traces of everything.

use std::io::{BufRead, BufReader, Read, Write, pipe};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::common::{Who, binary, command, run};
use lab::{Deadline, Start, Subject};
use netkit::trace::Record;
use rstest::rstest;
use tempfile::tempdir;

/// A bound against hanging.
const LONG: Duration = Duration::from_secs(20);

/// A unix datagram socket that can be answered: it has a name.
fn unix_peer() -> UnixDatagram {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("netkit-edges-{}-{number}", std::process::id());
    let peer = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(name).unwrap()).unwrap();
    peer.set_read_timeout(Some(LONG)).unwrap();
    peer.set_write_timeout(Some(LONG)).unwrap();
    peer
}

/// Over IP a full queue only drops. On a unix socket a blocking send waits for its receiver, for ever.
#[rstest]
fn a_peer_that_never_reads_does_not_stop_the_echo(#[values(Who::Rust, Who::Python)] who: Who) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("socket");
    let addr = format!("unix:{}", path.display());
    let Some(server) = command(who, 3, "server", &[]) else { return };
    let start = Start { addr: &addr, dir: folder.path(), extra: &["--echo"], typed: false };
    let subject = Subject::start(&server, start).unwrap();
    subject.ready(Deadline::after(LONG)).unwrap();
    let deaf = unix_peer();
    // Many more than its queue takes (net.unix.max_dgram_qlen is 10 or 512).
    for _ in 0..2000 {
        deaf.send_to(b"are you there?", &path).unwrap();
    }
    let other = unix_peer();
    other.send_to(b"hello", &path).unwrap();
    let mut answer = [0; 16];
    let bytes = other.recv(&mut answer).unwrap();
    assert_eq!(&answer[..bytes], b"hello");
}

/// Takes one call, reads what is asked, and says `reply`. Gives its address.
fn answers_once(reply: &'static [u8]) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    let serve = move || {
        let (mut client, _) = listener.accept().unwrap();
        assert!(client.read(&mut [0; 4096]).unwrap() > 0);
        client.write_all(reply).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let _ = client.read_to_end(&mut Vec::new());
    };
    (addr, thread::Builder::new().name("answers".into()).spawn(serve).unwrap())
}

/// Exit code and stderr of a client that runs to its end.
fn ends(command: &lab::Command) -> (Option<i32>, String) {
    let output = Command::new(&command.program).args(&command.args).env("LANG", "C.UTF-8").output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[rstest]
fn no_reply_is_a_failure(#[values(Who::Rust, Who::Python)] who: Who) {
    let (addr, server) = answers_once(b"");
    let Some(client) = command(who, 1, "client", &["--addr", &addr]) else { return };
    let (code, errors) = ends(&client);
    assert!(code == Some(1) && errors.contains("it hung up without a word"), "{code:?} {errors}");
    server.join().unwrap();
}

#[rstest]
#[case(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", 0)]
#[case(b"HTTP/1.1 200 OK\r\n\r\nno length: the end of the stream is its end", 0)]
#[case(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", 1)]
#[case(b"no HTTP at all", 1)]
#[case(b"", 1)]
fn get_says_when_the_page_is_not_whole(
    #[values(Who::Rust, Who::Python)] who: Who,
    #[case] reply: &'static [u8],
    #[case] expected: i32,
) {
    let (addr, server) = answers_once(reply);
    let Some(client) = command(who, 2, "get", &[&format!("http://{addr}/")]) else { return };
    let (code, errors) = ends(&client);
    assert_eq!((code, errors.is_empty()), (Some(expected), expected == 0), "{errors}");
    server.join().unwrap();
}

/// A standard output whose reader has gone: no failure of the line to the bot.
#[test]
fn a_client_whose_output_nobody_reads_ends_well() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut client = Command::new(binary(4));
    let client = client.args(["client", "--addr", &addr]).stdin(Stdio::null()).stdout(writer);
    let client = client.stderr(Stdio::piped()).spawn().unwrap();
    listener.accept().unwrap().0.write_all("欢迎".as_bytes()).unwrap();
    let output = client.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

/// `lesson1 server | head -1`: who asks next is answered before the server ends.
#[rstest]
fn a_reply_is_sent_even_if_nobody_reads_the_log(#[values(Who::Rust, Who::Python)] who: Who) {
    let Some(server) = command(who, 1, "server", &["--addr", "127.0.0.1:0"]) else { return };
    let (reader, writer) = pipe().unwrap();
    let mut server = Command::new(&server.program).args(&server.args).stdout(writer).spawn().unwrap();
    let mut line = String::new();
    let mut log = BufReader::new(reader);
    log.read_line(&mut line).unwrap();
    drop(log);
    let mut client = TcpStream::connect(line.trim_end().strip_prefix("listening on ").unwrap()).unwrap();
    client.write_all(b"hello").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut reply = String::new();
    client.set_read_timeout(Some(LONG)).unwrap();
    let read = client.read_to_string(&mut reply);
    // That it ends then is the business of the check `broken-stdout`. Here it may live on: a child that another test
    // starts has the pipe too, until it is the program that it is to become.
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(read.is_ok() && reply == "不要回答,不要回答,不要回答", "{read:?} {reply}");
}

/// A demo records what its actors do, and each other part its own calls.
#[rstest]
#[case(1, &[], "server")]
#[case(2, &[], "client")]
#[case(4, &[], "caller")]
#[case(5, &[], "server")]
#[case(1, &["api"], "api")]
#[case(1, &["file"], "file")]
#[case(3, &["limits"], "limits")]
fn everything_can_be_traced(#[case] lesson: u32, #[case] part: &[&str], #[case] actor: &str) {
    let folder = tempdir().unwrap();
    let file = folder.path().join("trace.jsonl");
    let output = run(lesson, &[part, &["--trace-out", file.to_str().unwrap()]].concat());
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    let records: Vec<Record> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(records.iter().filter(|record| record.actor == actor).count() >= 3, "{text}");
    assert!(records.is_sorted_by_key(|record| record.t_us), "{text}");
}

/// What makes no call that is traced says so, rather than that nothing happened.
#[test]
fn an_empty_trace_is_told() {
    let output = run(1, &["families", "--trace"]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && errors.contains("families recorded nothing"), "{errors}");
}

/// A client that has sent more than was read when the server is stopped gets the end, and no reset that takes its replies
/// away. (On a busy machine one of six may be too slow for the 0.8 s that it has.)
#[rstest]
fn a_stop_resets_nobody(#[values("select", "poll", "epoll")] mechanism: &str) {
    let ends_well = |_: &u32| {
        let words = ["server", "--quiet", "--addr", "127.0.0.1:0", "--mechanism", mechanism];
        let mut server = Command::new(binary(5)).args(words).stdout(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
        let mut client = TcpStream::connect(ready.trim_end().strip_prefix("listening on ").unwrap()).unwrap();
        client.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
        client.set_read_timeout(Some(LONG)).unwrap();
        while client.write(&[b'x'; 65_536]).is_ok() {}
        let pid = rustix::process::Pid::from_child(&server);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let end = client.read_to_end(&mut Vec::new());
        drop(client);
        assert!(server.wait().unwrap().success());
        end.is_ok()
    };
    let well = (0..6).filter(ends_well).count();
    assert!(well >= 5, "{well} of 6");
}
