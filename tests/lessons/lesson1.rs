//! Lesson 1: basic sockets. The same checks pass the Rust lesson and its Python twin.

use std::sync::LazyLock;

use crate::common::{Who, check, number_after, printed};
use rstest::rstest;

// Each part runs once, whatever number of tests look at what it prints.
static API: LazyLock<String> = LazyLock::new(|| printed(1, &["api"]));
static BACKLOG: LazyLock<String> = LazyLock::new(|| printed(1, &["backlog"]));
static FAMILIES: LazyLock<String> = LazyLock::new(|| printed(1, &["families"]));
static FILE: LazyLock<String> = LazyLock::new(|| printed(1, &["file"]));
static REUSE: LazyLock<String> = LazyLock::new(|| printed(1, &["reuse"]));

#[rstest]
fn the_server_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson1.server", who, 1, "server", &[]);
}

#[rstest]
fn the_client_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson1.client", who, 1, "client", &[]);
}

/// CLAIMS 2 and 3: n + 1 connect, the rest hang, none is refused; the limit is cut without a word.
#[rstest]
#[case(0)]
#[case(1)]
#[case(2)]
#[case(5)]
#[case(10)]
fn backlog_lets_one_more_wait(#[case] n: u64) {
    let shown = &*BACKLOG;
    let row = shown.lines().find(|line| line.contains(&format!("listen({n}):"))).unwrap();
    assert_eq!(number_after(row, "):"), n + 1, "{row}");
    assert_eq!(number_after(row, "hang,"), 0, "refused in: {row}");
    assert_eq!(number_after(row, "counts"), n + 1, "{row}");
    assert_eq!(number_after(row, "limit"), n, "{row}");
}

#[test]
fn a_huge_backlog_is_cut() {
    let shown = &*BACKLOG;
    let somaxconn = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
    let row = shown.lines().find(|line| line.contains("listen(100000)")).unwrap();
    assert_eq!(number_after(row, "force is").to_string(), somaxconn.trim());
}

/// CLAIMS 4 to 8 and the documents' table of methods.
#[rstest]
#[case("setblocking(False); accept()", "EAGAIN")]
#[case("getpeername() before connect", "ENOTCONN")]
#[case("recv(1) before connect", "ENOTCONN")]
#[case("connect_ex(closed port)", "111")]
#[case("send(\"你好\")", "6")]
#[case("recv(1024, MSG_PEEK)", "你好")]
#[case("recv(4)", "你\\xe5")]
#[case("settimeout(0); recv(1)", "EAGAIN")]
#[case("settimeout(0.05); recv(1)", "timed out")]
#[case("blocking send(64 MiB)", "67108864")]
#[case("sendto(\"hello\", address)", "5")]
#[case("other side: recv(1)", "0")]
#[case("other side: send(\"bye\")", "3")]
#[case("send after the peer's close", "1")]
#[case("send once more", "EPIPE")]
fn a_call_returns(#[case] call: &str, #[case] result: &str) {
    let shown = &*API;
    let row = shown.lines().find(|line| line.starts_with(call)).unwrap_or_else(|| panic!("{call}:\n{shown}"));
    let (_, rest) = row.split_once("-> ").unwrap();
    assert_eq!(rest.split_once(" #").unwrap().0.trim_end(), result, "{row}");
}

/// A send that may not wait takes a part, and send_all says how much went out before it failed.
#[test]
fn a_send_takes_only_a_part() {
    let shown = &*API;
    for call in ["settimeout(0); send(64 MiB)", "settimeout(0.05); send(64 MiB)"] {
        let row = shown.lines().find(|line| line.starts_with(call)).unwrap();
        let taken = number_after(row, "->");
        assert!(0 < taken && taken < 64 * 1024 * 1024, "{row}");
    }
    assert!(shown.contains("of 67108864 bytes: timed out"), "{shown}");
}

/// CLAIMS 13 and 14.
#[rstest]
#[case("AF_INET   SOCK_STREAM     0", "protocol 6   echo ok")]
#[case("AF_INET   SOCK_DGRAM      0", "protocol 17  echo ok")]
#[case("AF_INET   SOCK_SEQPACKET  0", "ESOCKTNOSUPPORT")]
#[case("AF_INET   SOCK_RDM        0", "ESOCKTNOSUPPORT")]
#[case("AF_UNIX   SOCK_STREAM     0", "echo ok")]
#[case("AF_UNIX   SOCK_DGRAM      0", "echo ok")]
#[case("AF_UNIX   SOCK_SEQPACKET  0", "echo ok")]
#[case("AF_UNIX   SOCK_RDM        0", "ESOCKTNOSUPPORT")]
#[case("AF_INET6  SOCK_RAW        0", "EPROTONOSUPPORT")]
fn a_family_has_a_type(#[case] names: &str, #[case] outcome: &str) {
    let shown = &*FAMILIES;
    let row = shown.lines().find(|line| line.trim_start().starts_with(names)).unwrap();
    assert!(row.ends_with(outcome), "{row}");
}

/// CLAIMS 1: what works on any file works here, but there is no position, and there are two ends.
#[test]
fn a_socket_is_a_descriptor_without_a_position() {
    let shown = &*FILE;
    assert!(shown.contains("socket:["), "{shown}");
    assert!(shown.contains("sent: 19 bytes"), "{shown}");
    assert!(shown.contains("ESPIPE"), "{shown}");
    assert!(shown.contains("still here"), "{shown}");
}

/// CLAIMS 11 and 12.
#[test]
fn reuse_needs_both_and_frees_nothing() {
    let shown = &*REUSE;
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains("SO_REUSEADDR old")).collect();
    let results: Vec<bool> = rows.iter().map(|row| row.contains("bind ok")).collect();
    assert_eq!(results, [false, false, false, true], "{shown}");
    for row in rows {
        assert_eq!(number_after(row, "TIME_WAIT there:"), 1, "{row}");
    }
    let pairs: Vec<&str> = shown.lines().filter(|line| line.contains("second listen")).collect();
    assert!(pairs[0].ends_with("EADDRINUSE") && pairs[1].ends_with("ok"), "{shown}");
    let spread = shown.lines().find(|line| line.contains("SO_REUSEPORT")).unwrap();
    let (first, second) = (number_after(spread, "clients:"), number_after(spread, "and"));
    assert_eq!(first + second, 200, "{spread}");
    // The kernel draws by a hash of the addresses: fewer than 20 of 200 would be no spreading.
    assert!(first > 20 && second > 20, "{spread}");
}
