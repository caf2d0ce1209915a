//! Lesson 5: one thread, many clients. The same checks pass the Rust lesson and its Python twin.

mod common;

use common::{Who, check, check_all, number_after, printed};
use rstest::rstest;

#[rstest]
fn the_server_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson5.server", who, 5, "server", &[]);
}

#[rstest]
#[case(&["--mechanism", "select"])]
#[case(&["--mechanism", "poll"])]
#[case(&["--trigger", "edge"])]
fn the_server_keeps_them_with_every_mechanism(
    #[values(Who::Rust, Who::Python)] who: Who,
    #[case] mechanism: &[&str],
) {
    check_all("lesson5.server", who, 5, "server", mechanism);
}

#[rstest]
#[case("lesson5.print-server", "print-server")]
#[case("lesson5.two-doors", "two-doors")]
#[case("lesson5.stdin", "stdin")]
fn a_part_keeps_its_promises(
    #[case] suite: &str,
    #[case] part: &str,
    #[values(Who::Rust, Who::Python)] who: Who,
) {
    check(suite, who, 5, part, &[]);
}

#[test]
fn edge_needs_epoll() {
    let output = common::run(5, &["server", "--mechanism", "poll", "--trigger", "edge"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs --mechanism epoll"), "{output:?}");
}

/// CLAIMS 25 and 34, as the demo shows them.
#[test]
fn the_demo_shows_what_goes_wrong() {
    let shown = printed(5, &[]);
    let turns = |begin: &str| {
        let row = shown.lines().find(|line| line.trim_start().starts_with(begin)).unwrap();
        number_after(row, &row[..=row.rfind(':').unwrap()])
    };
    assert!(turns("watched for read, write") > 100, "25: an idle client in the write set\n{shown}");
    assert_eq!(turns("watched for read  "), 1, "25\n{shown}");
    assert!(shown.contains("naive : no answer after"), "34: one that does not read\n{shown}");
    assert!(shown.contains("lesson5: answered after"), "34\n{shown}");
}

/// CLAIMS 28 and 37.
#[test]
fn select_ends_at_1024_and_the_others_do_not() {
    let shown = printed(5, &["limits"]);
    let row =
        |begin: &str| shown.lines().find(|line| line.trim_start().starts_with(begin)).unwrap().to_string();
    assert!(row("select descriptor 1023").ends_with(": ok"), "{shown}");
    assert!(row("select descriptor 1024").contains("FD_SETSIZE"), "{shown}");
    assert!(row("poll   descriptor 1024").ends_with(": ok"), "{shown}");
    assert!(row("epoll  descriptor 1107").ends_with(": ok"), "{shown}");
    let soft = number_after(&shown, "soft limit");
    assert_eq!(number_after(&shown, "soft limit:"), soft - 1, "descriptors count from 0\n{shown}");
}

/// CLAIMS 29 and 30: the shapes, not the times.
#[test]
fn a_wait_costs_what_is_watched_except_with_epoll() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("compare.csv");
    printed(5, &["compare", "--max", "1000", "--csv", csv.to_str().unwrap()]);
    let table = std::fs::read_to_string(&csv).unwrap();
    let cost = |case: &str, mechanism: &str, descriptors: &str| -> f64 {
        let begin = format!("{case},{mechanism},{descriptors},");
        let row = table.lines().find_map(|line| line.strip_prefix(&begin));
        row.unwrap_or_else(|| panic!("no {begin} in\n{table}")).parse().unwrap()
    };
    for linear in ["select", "poll"] {
        assert!(cost("idle", linear, "1000") > 3.0 * cost("idle", linear, "10"), "{table}");
        assert!(cost("idle", linear, "1000") > 3.0 * cost("idle", "epoll", "1000"), "{table}");
    }
    assert!(cost("idle", "epoll", "1000") < 3.0 * cost("idle", "epoll", "10"), "flat\n{table}");
    assert!(cost("ready", "epoll", "1000") > 5.0 * cost("ready", "epoll", "10"), "all ready\n{table}");
}

/// CLAIMS 33: one receive a wake-up stalls an edge-triggered reader, and no other.
#[test]
fn an_edge_is_told_once() {
    let shown = printed(5, &["compare", "--max", "10"]);
    let rows: Vec<&str> = shown.lines().filter(|line| line.contains("wake-ups")).collect();
    let received: Vec<u64> = rows.iter().map(|row| number_after(row, "wake-ups,")).collect();
    assert_eq!(received[..3], [4_194_304; 3], "{shown}");
    assert!(received[3] < 4_194_304 && rows[3].contains("stalled"), "{shown}");
}
