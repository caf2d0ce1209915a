//! What `netkit::upload` promises, over real sockets and in real folders.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use netkit::net::{Addr, Connect, Listen, Listener, Socket, connect};
use netkit::trace::Direction;
use netkit::upload::{HEADER_LIMIT, Inbox, Stored, receive, receive_unchecked, send};
use proptest::prelude::*;
use rstest::rstest;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A bound against hanging, generous for a busy machine.
const SOON: Duration = Duration::from_secs(10);

/// Files over this are refused, in bytes.
const LIMIT: u64 = 1_000_000;

/// A folder within a folder, so that a file that lands beside the inbox is seen.
struct Place {
    around: TempDir,
}

impl Place {
    fn new() -> Place {
        let around = tempfile::tempdir().unwrap();
        fs::create_dir(around.path().join("inbox")).unwrap();
        fs::write(around.path().join("canary"), "alive").unwrap();
        Place { around }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.around.path().join("inbox").join(name)
    }

    fn inbox(&self) -> Inbox {
        Inbox::new(&self.path(""), LIMIT).unwrap()
    }

    /// The names in the inbox, and that nothing beside it has changed.
    fn names(&self) -> Vec<String> {
        let list = |path: &Path| {
            let entries = fs::read_dir(path).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        assert_eq!(list(self.around.path()), ["canary", "inbox"]);
        assert_eq!(fs::read_to_string(self.around.path().join("canary")).unwrap(), "alive");
        list(&self.path(""))
    }
}

fn pair() -> (Socket, Socket) {
    let any: Addr = "127.0.0.1:0".parse().unwrap();
    let listener = Listener::bind(&any, &Listen::default()).unwrap();
    let client = connect(listener.addr(), &Connect { timeout: Some(SOON), ..Connect::default() }).unwrap();
    let (mut server, _) = listener.accept().unwrap().unwrap();
    server.set_timeout(Some(SOON)).unwrap();
    (server, client)
}

/// Receives into `place` while `act` is the client; what both returned, and what was stored.
fn during<T>(place: &Place, act: impl FnOnce(Socket) -> T) -> (io::Result<()>, Vec<Stored>, T) {
    let (server, client) = pair();
    let inbox = place.inbox();
    thread::scope(|scope| {
        let receiving = || {
            let mut stored = Vec::new();
            let result = receive(&server, &inbox, |file| {
                stored.push(file.clone());
                Ok(())
            });
            server.close();
            (result, stored)
        };
        let server = thread::Builder::new().name("server".into()).spawn_scoped(scope, receiving).unwrap();
        let acted = act(client);
        let (result, stored) = server.join().unwrap();
        (result, stored, acted)
    })
}

/// Says everything in `pieces`, and nothing more; the answers.
fn says(client: &Socket, pieces: &[&[u8]]) -> String {
    for piece in pieces {
        client.send_all(piece).unwrap();
    }
    client.shutdown(Direction::Write).unwrap();
    let (mut answers, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match client.recv(&mut buffer).unwrap() {
            0 => return String::from_utf8(answers).unwrap(),
            count => answers.extend(&buffer[..count]),
        }
    }
}

fn ok(content: &[u8]) -> String {
    format!("ready\nok {:x}\n", Sha256::digest(content))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// However the stream is cut, also within headers, and whether the client waits or not.
    #[test]
    fn files_arrive_whatever_the_pieces(
        files in prop::collection::vec(("[a-z名| .]{1,20}x", prop::collection::vec(any::<u8>(), 0..3000)), 1..5),
        sizes in prop::collection::vec(1usize..700, 1..8),
    ) {
        let place = Place::new();
        let (mut stream, mut expected) = (Vec::new(), String::new());
        for (name, content) in &files {
            stream.extend(format!("{name}|{}\n", content.len()).as_bytes());
            stream.extend(content);
            expected += &ok(content);
        }
        let mut pieces = Vec::new();
        let mut rest = &stream[..];
        for size in sizes.iter().cycle() {
            let (piece, left) = rest.split_at(rest.len().min(*size));
            pieces.push(piece);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        let (result, stored, answers) = during(&place, |client| says(&client, &pieces));
        result.unwrap();
        prop_assert_eq!(answers, expected);
        let told: Vec<(&str, u64)> = stored.iter().map(|file| (file.name.as_str(), file.size)).collect();
        let sent: Vec<(&str, u64)> = files.iter().map(|(name, content)| (name.as_str(), content.len() as u64)).collect();
        prop_assert_eq!(told, sent);
        for (at, (name, content)) in files.iter().enumerate() {
            if !files[at + 1..].iter().any(|(later, _)| later == name) {
                prop_assert_eq!(&fs::read(place.path(name)).unwrap(), content);
            }
        }
    }

    #[test]
    fn send_and_receive_agree(content in prop::collection::vec(any::<u8>(), 0..400_000)) {
        let (from, place) = (tempfile::tempdir().unwrap(), Place::new());
        let path = from.path().join("名字 | with bars");
        fs::write(&path, &content).unwrap();
        let (result, stored, (sent, told)) = during(&place, |client| {
            let mut told = 0;
            let once = send(&client, &path, |bytes| told += bytes);
            let twice = send(&client, &path, |_| {});
            client.close();
            (once.and(twice), told)
        });
        result.unwrap();
        sent.unwrap();
        prop_assert_eq!((stored.len(), told), (2, content.len() as u64));
        prop_assert_eq!(fs::read(place.path("名字 | with bars")).unwrap(), content);
    }
}

#[rstest]
#[case::up("../canary|4", "slash")]
#[case::far_up("../../../../../../tmp/netkit-canary|4", "slash")]
#[case::absolute("/tmp/netkit-canary|4", "slash")]
#[case::dot(".|4", "not a file's")]
#[case::dots("..|4", "not a file's")]
#[case::nobody("|4", "empty")]
#[case::nul("a\0b|4", "control character")]
#[case::bell("a\x07b|4", "control character")]
#[case::carriage_return("a\r|4", "control character")]
#[case::no_size("name|", "digits")]
#[case::no_bar("name", "name|size")]
#[case::negative("name|-1", "digits")]
#[case::plus("name|+1", "digits")]
#[case::spaces("name| 4", "digits")]
#[case::huge("name|18446744073709551616", "too large")]
#[case::endless("name|999999999999999999999", "digits")]
#[case::over_the_limit("name|1000001", "limit of 1000000 bytes")]
#[case::a_folder("folder|4", "a folder of that name")]
#[case::unfinished(".upload-1-0|4", "unfinished")]
fn what_is_refused_changes_nothing(#[case] header: &str, #[case] why: &str) {
    let place = Place::new();
    fs::create_dir(place.path("folder")).unwrap();
    let (result, stored, answers) =
        during(&place, |client| says(&client, &[header.as_bytes(), b"\nnext|4\nabcd"]));
    result.unwrap();
    let (refusal, rest) = answers.split_once('\n').unwrap();
    assert!(refusal.starts_with("error: ") && refusal.contains(why), "{answers}");
    assert_eq!(rest, ok(b"abcd"), "the connection goes on");
    assert_eq!((stored.len(), place.names()), (1, vec!["folder".into(), "next".into()]));
    assert!(!Path::new("/tmp/netkit-canary").exists());
}

#[test]
fn a_header_has_a_limit_and_a_name_too() {
    let place = Place::new();
    let long = "x".repeat(HEADER_LIMIT + 1);
    let longest_name = "y".repeat(255);
    let headers = format!("{long}\n{}|1\n{longest_name}|0\n", "z".repeat(256));
    let (result, _, answers) = during(&place, |client| says(&client, &[headers.as_bytes()]));
    result.unwrap();
    let expected =
        ["error: the header is over 1024 bytes\nerror: the name is over 255 bytes\n", &ok(b"")].concat();
    assert_eq!(answers, expected);
    // Not UTF-8; and a line that never ends, in much more than a buffer.
    let (result, _, answers) =
        during(&place, |client| says(&client, &[b"\xff|1\n", &vec![b'x'; 600_000], b"\nlast|0\n"]));
    result.unwrap();
    assert_eq!(answers.matches("error: ").count(), 2, "{answers}");
    assert_eq!(place.names(), ["last".to_string(), longest_name]);
}

#[test]
fn a_link_is_replaced_and_not_followed() {
    let place = Place::new();
    std::os::unix::fs::symlink("../canary", place.path("link")).unwrap();
    let (result, _, answers) = during(&place, |client| says(&client, &[b"link|5\nlinks"]));
    result.unwrap();
    assert_eq!(answers, ok(b"links"));
    assert_eq!(place.names(), ["link"]);
    assert_eq!(fs::read(place.path("link")).unwrap(), b"links");
}

#[test]
fn without_the_digest_the_answer_is_ok() {
    let place = Place::new();
    let (server, client) = pair();
    thread::scope(|scope| {
        let inbox = place.inbox();
        let receiving = move || receive_unchecked(&server, &inbox, |_| Ok(()));
        let server = thread::Builder::new().name("server".into()).spawn_scoped(scope, receiving).unwrap();
        assert_eq!(says(&client, &[b"one|3\nabctwo|0\n"]), "ready\nok\nready\nok\n");
        server.join().unwrap().unwrap();
    });
    assert_eq!(place.names(), ["one", "two"]);
    assert_eq!(fs::read(place.path("one")).unwrap(), b"abc");
}

#[test]
fn a_broken_upload_leaves_the_old_file_and_nothing_else() {
    let place = Place::new();
    fs::write(place.path("file"), "old").unwrap();
    for reset in [false, true] {
        let (result, stored, seen) = during(&place, |client| {
            client.send_all(b"file|1000\nonly some of it").unwrap();
            // The answer tells that the file is open now.
            assert_eq!(client.recv(&mut [0; 16]).unwrap(), 6);
            let seen = place.names().len();
            if reset {
                rustix::net::sockopt::set_socket_linger(&client, Some(Duration::ZERO)).unwrap();
            }
            seen
        });
        assert_eq!(seen, 2, "it is received under another name");
        let kind = result.unwrap_err().kind();
        assert_eq!(kind, if reset { ErrorKind::ConnectionReset } else { ErrorKind::UnexpectedEof });
        assert_eq!((stored.len(), place.names()), (0, vec!["file".into()]));
        assert_eq!(fs::read(place.path("file")).unwrap(), b"old");
    }
}
