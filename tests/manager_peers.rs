//! What a manager does about signals and strangers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::process::ExitCode;

use netkit::manager::{ManagedDict, Manager};
use netkit::process::{self, Process};
use netkit::tasks;
use rustix::process::{Signal, Uid, geteuid};
use rustix::thread::set_thread_uid;

#[macro_use]
mod process_common;
use process_common::{SOON, lives, send_signal};

type Dict = ManagedDict<String, i64>;

fn main() -> ExitCode {
    process::init(tasks![]);
    process_common::run(tests![
        sigint_is_its_parents_business,
        who_talks_nonsense_is_hung_up_on,
        another_user_gets_no_answer,
    ])
}

fn key() -> String {
    "a".to_string()
}

/// SEMANTICS 8.6, item 40.
fn sigint_is_its_parents_business() {
    let manager = Manager::start().unwrap();
    let dict: Dict = manager.dict().unwrap();
    dict.set(&key(), &1).unwrap();
    send_signal(manager.pid(), Signal::INT);
    assert_eq!(dict.get(&key()).unwrap(), Some(1));
    assert!(lives(manager.pid()));
}

/// The place of the only manager of this process.
fn place() -> SocketAddr {
    let begin = format!("@netkit-manager-{}-", std::process::id());
    let sockets = fs::read_to_string("/proc/net/unix").unwrap();
    let name = sockets
        .split_whitespace()
        .find_map(|word| word.strip_prefix('@').filter(|_| word.starts_with(&begin)));
    SocketAddr::from_abstract_name(name.unwrap()).unwrap()
}

/// How many bytes come for these, over a connection without a handle; 0: it hangs up.
fn answer(place: &SocketAddr, bytes: &[u8]) -> usize {
    let mut stream = UnixStream::connect_addr(place).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    // It may hang up before it has read anything.
    let sent = stream.write_all(bytes).and_then(|()| stream.read(&mut [0; 64]));
    match sent {
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => 0,
        count => count.unwrap(),
    }
}

/// `NewDict`, and before it its length.
const NEW_DICT: [u8; 5] = [1, 0, 0, 0, 0];

/// SEMANTICS 8.3, item 19: Python believes any length, and what it unpickles may be code.
fn who_talks_nonsense_is_hung_up_on() {
    let manager = Manager::start().unwrap();
    let dict: Dict = manager.dict().unwrap();
    dict.set(&key(), &1).unwrap();
    let place = place();
    assert!(answer(&place, &NEW_DICT) > 0);
    assert_eq!(answer(&place, &[255; 4]), 0, "4 GiB are announced");
    assert_eq!(answer(&place, &[4, 0, 0, 0, 255, 255, 255, 255]), 0, "there is no such request");
    assert_eq!(answer(&place, &[0; 4]), 0, "nothing is no request either");
    assert_eq!(dict.get(&key()).unwrap(), Some(1));
    assert!(lives(manager.pid()));
}

/// SEMANTICS 8.6, item 40: Python has a key for that. Only root can become another user.
fn another_user_gets_no_answer() {
    let _manager = Manager::start().unwrap();
    let place = place();
    assert!(answer(&place, &NEW_DICT) > 0);
    if !geteuid().is_root() {
        return;
    }
    let other = Process::fork(|| {
        // Some systems have no other user.
        if set_thread_uid(Uid::from_raw(65534)).is_ok() {
            process::exit(if answer(&place, &NEW_DICT) == 0 { 7 } else { 8 });
        }
    });
    let ended = other.unwrap().join_timeout(SOON).unwrap().unwrap();
    assert!(matches!(ended.exitcode(), 0 | 7), "{ended}");
}
