//! Lesson 3: UDP. The same checks pass the Rust lesson and its Python twin.

use crate::common::{Who, check, number_after, printed};
use rstest::rstest;

#[rstest]
fn the_server_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson3.server", who, 3, "server", &[]);
}

#[rstest]
fn the_echo_goes_to_its_sender(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson3.echo", who, 3, "server", &[]);
}

#[rstest]
fn the_client_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson3.client", who, 3, "client", &[]);
}

/// CLAIMS 15 to 17 and 19.
#[rstest]
#[case("sendto(65507 bytes)", "65507")]
#[case("sendto(65508 bytes)", "EMSGSIZE")]
#[case("sendto(0 bytes)", "0")]
#[case("2000 bytes: recvfrom(1024)", "1024 of 2000 bytes")]
#[case("recvfrom(1024)", "next")]
#[case("unconnected: sendto(nobody)", "1")]
fn a_limit_is(#[case] call: &str, #[case] result: &str) {
    let shown = printed(3, &["limits"]);
    let row = shown.lines().find(|line| line.starts_with(call)).unwrap();
    assert!(row.contains(&format!("-> {result} ")), "{row}");
}

#[test]
fn only_a_connected_socket_is_told() {
    let shown = printed(3, &["limits"]);
    let connected: Vec<&str> = shown.lines().filter(|line| line.starts_with("connected: send")).collect();
    assert!(connected[0].contains("-> 1 ") && connected[1].contains("-> ECONNREFUSED"), "{shown}");
}

/// CLAIMS 18: a sleeping receiver keeps a few; a larger buffer keeps more; recvmmsg needs fewer calls.
#[test]
fn a_burst_is_mostly_lost() {
    let shown = printed(3, &["burst", "--count", "2000", "--size", "1000"]);
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains("SO_RCVBUF")).collect();
    let received: Vec<u64> = rows.iter().map(|row| number_after(row, "received")).collect();
    let lost: Vec<u64> = rows.iter().map(|row| number_after(row, "lost")).collect();
    let calls: Vec<u64> = rows.iter().map(|row| number_after(row, "with")).collect();
    assert!(received[0] < 2000 && received[0] < received[1], "{shown}");
    assert!(received.iter().zip(&lost).all(|(received, lost)| received + lost == 2000), "{shown}");
    assert_eq!(calls[0], received[0] + 1, "one call each, and one to see that it is empty: {shown}");
    assert!(calls[2] * 10 < received[2], "{shown}");
}
