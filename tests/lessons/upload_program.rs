//! Uploads at once, large ones, and without room: what `netkit::upload` promises of a whole server.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use lab::{Deadline, Peer, Stream, Subject};
use netkit::net::{Connect, Socket, connect};
use netkit::upload::send;
use sha2::{Digest, Sha256};

/// A bound against hanging, generous for a busy machine.
const SOON: Duration = Duration::from_secs(10);

/// How long the large file may take on a busy machine without optimisation.
const LONG: Duration = Duration::from_secs(120);

/// `lesson6 upload-server` on a folder of its own.
struct Program {
    subject: Subject,
    addr: SocketAddr,
    folder: tempfile::TempDir,
}

impl Program {
    fn start() -> Program {
        Program::start_as(lab::Command::new(crate::common::binary(6), ["upload-server", "--dir", "{dir}"]))
    }

    fn start_as(command: lab::Command) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let start = lab::Start { addr: "127.0.0.1:0", dir: folder.path(), extra: &[], typed: false };
        let subject = Subject::start(&command, start).unwrap();
        let addr = lab::socket_address(&subject.ready(Deadline::after(SOON)).unwrap()).unwrap();
        Program { subject, addr, folder }
    }

    fn peer(&self) -> Peer {
        Peer::connect(self.addr, Deadline::after(SOON)).unwrap()
    }

    fn client(&self) -> Socket {
        connect(&self.addr.into(), &Connect { timeout: Some(LONG), ..Connect::default() }).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn ok(content: &[u8]) -> Vec<u8> {
    format!("ok {:x}\n", Sha256::digest(content)).into_bytes()
}

/// A file of so many bytes, of which none is stored: all are zero.
fn sparse(folder: &Path, name: &str, size: u64) -> PathBuf {
    let path = folder.join(name);
    fs::File::create(&path).unwrap().set_len(size).unwrap();
    path
}

#[test]
fn two_at_once_do_not_mix() {
    let program = Program::start();
    let (mut first, mut second) = (program.peer(), program.peer());
    for peer in [&mut first, &mut second] {
        peer.send(b"same|6\n").unwrap();
        peer.expect(b"ready\n").unwrap();
    }
    assert_eq!(program.names().len(), 2, "each has a file of its own");
    for (one, two) in [(b"aa", b"bb"); 3] {
        first.send(one).unwrap();
        second.send(two).unwrap();
    }
    first.expect(&ok(b"aaaaaa")).unwrap();
    second.expect(&ok(b"bbbbbb")).unwrap();
    assert_eq!(program.names(), ["same"]);
    let content = fs::read(program.folder.path().join("same")).unwrap();
    assert!(content == b"aaaaaa" || content == b"bbbbbb", "{content:?}");
}

/// Names of unfinished files are used again: whoever has finished must not touch the next one's.
#[test]
fn many_at_once_all_arrive() {
    const CLIENTS: usize = 8;
    const FILES: usize = 150;
    let program = Program::start();
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let client = program.client();
            let upload = move || {
                let from = tempfile::tempdir().unwrap();
                for file in 0..FILES {
                    let path = from.path().join(format!("{number}-{file}"));
                    fs::write(&path, format!("{number} {file}")).unwrap();
                    send(&client, &path, |_| {}).unwrap_or_else(|error| panic!("{number}-{file}: {error}"));
                }
                client.close();
            };
            thread::Builder::new().name(format!("client {number}")).spawn_scoped(scope, upload).unwrap();
        }
    });
    assert_eq!(program.names().len(), CLIENTS * FILES);
    for name in program.names() {
        let content = fs::read_to_string(program.folder.path().join(&name)).unwrap();
        assert_eq!(content, name.replace('-', " "));
    }
}

/// 1 GiB in 32 MB is the promise; memory that grew with the file would be seen with 256 MiB.
#[test]
fn a_large_file_takes_little_memory() {
    const SIZE: u64 = 256 * 1024 * 1024;
    let from = tempfile::tempdir().unwrap();
    let path = sparse(from.path(), "large", SIZE);
    let program = Program::start();
    let client = program.client();
    let mut told = 0;
    send(&client, &path, |bytes| told += bytes).unwrap();
    client.close();
    assert_eq!(told, SIZE);
    assert_eq!(fs::metadata(program.folder.path().join("large")).unwrap().len(), SIZE);
    let peak = lab::proc::memory(program.subject.pid()).unwrap().peak;
    assert!(peak <= 32_000_000, "{peak} bytes");
}

#[test]
fn an_empty_file_is_a_file() {
    let from = tempfile::tempdir().unwrap();
    let program = Program::start();
    let client = program.client();
    send(&client, &sparse(from.path(), "empty", 0), |bytes| panic!("{bytes} of nothing")).unwrap();
    client.close();
    assert_eq!(program.names(), ["empty"]);
    assert_eq!(fs::metadata(program.folder.path().join("empty")).unwrap().len(), 0);
}

/// A name that is two lines would be two headers for the server.
#[test]
fn a_name_with_a_newline_is_not_sent() {
    let from = tempfile::tempdir().unwrap();
    let program = Program::start();
    let client = program.client();
    let error = send(&client, &sparse(from.path(), "a\nb", 5), |_| {}).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{error}");
    send(&client, &sparse(from.path(), "next", 5), |_| {}).unwrap();
    client.close();
    assert_eq!(program.names(), ["next"]);
}

/// A full disk, in small: no file may grow over 64 KiB. The shell ignores SIGXFSZ, whose default is to
/// end the process, so that write(2) says EFBIG instead, as it says ENOSPC on a full disk.
#[test]
fn without_room_the_client_is_told_and_the_server_goes_on() {
    let limited = "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"";
    let words = ["-c", limited, crate::common::binary(6), "upload-server", "--dir", "{dir}"];
    let program = Program::start_as(lab::Command::new("/bin/sh", words));
    let mut peer = program.peer();
    peer.send(b"large|100000\n").unwrap();
    peer.expect(b"ready\n").unwrap();
    peer.send(&[b'x'; 100_000]).unwrap();
    let said = peer.read_to_end(1000).unwrap();
    let said = String::from_utf8(said).unwrap();
    assert!(said.starts_with("error: the file cannot be stored: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let mut warned = |line: &str| line.contains("File too large");
    program.subject.line(Stream::Stderr, "why", Deadline::after(SOON), &mut warned).unwrap();
    assert_eq!(program.names(), Vec::<String>::new(), "nothing is left");

    let mut next = program.peer();
    next.send(b"small|3\nabc").unwrap();
    next.expect(&[&b"ready\n"[..], &ok(b"abc")].concat()).unwrap();
    assert_eq!(program.names(), ["small"]);
}
