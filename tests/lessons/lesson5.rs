//! Lesson 5: one thread, many clients. The same checks pass the Rust lesson and its Python twin.

use crate::common::{Who, check, check_all, number_after, printed};
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
    let output = crate::common::run(5, &["server", "--mechanism", "poll", "--trigger", "edge"]);
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

/// CLAIMS 25, 26, 27, 35 and 36: what a wait really reports, by both programs.
#[rstest]
fn the_lists_hold_what_would_not_wait(#[values(Who::Rust, Who::Python)] who: Who) {
    let Some(command) = crate::common::command(who, 5, "lists", &[]) else { return };
    let shown = crate::common::printed_by(&command);
    let row = |begin: &str| -> Vec<&str> {
        let rest = shown.lines().find_map(|line| line.trim_start().strip_prefix(begin));
        rest.unwrap_or_else(|| panic!("no {begin} in\n{shown}")).split_whitespace().collect()
    };
    assert_eq!(row("a peer that says nothing"), ["-w-"; 3], "25: room to send\n{shown}");
    assert_eq!(row("a peer that reads nothing: full"), ["---"; 3], "25: no room\n{shown}");
    assert_eq!(row("a peer that has reset"), ["rw-"; 3], "26: no third list\n{shown}");
    assert_eq!(row("then recv:"), ["ECONNRESET"], "26: recv tells\n{shown}");
    assert_eq!(row("a byte out of band"), ["-wx"; 3], "26: the third list\n{shown}");
    assert_eq!(row("a regular file "), ["rw-", "rw-", "EPERM"], "35\n{shown}");
    assert_eq!(row("a regular file, at its end"), ["rw-", "rw-", "EPERM"], "35\n{shown}");
    for mechanism in ["select  ---", "poll    ---", "epoll   ---"] {
        let after: u64 = row(mechanism)[1].parse().unwrap();
        assert!((200..5000).contains(&after), "27: nothing, and only when the time is up\n{shown}");
    }
    assert_eq!(row("it returned:"), ["one\\n"], "36\n{shown}");
    assert_eq!(row("the next wait :"), ["---"], "36: the kernel has nothing\n{shown}");
    assert_eq!(row("in its buffer :"), ["two\\nthree\\n"], "36: the library has\n{shown}");
}

/// CLAIMS 31.
#[test]
fn epoll_has_nothing_to_map() {
    let shown = printed(5, &["limits"]);
    assert!(shown.contains("mmap of an epoll descriptor: ENODEV"), "{shown}");
}

/// A file is none of epoll's business; the way out is another mechanism, not another port.
#[rstest]
#[case("en", "--mechanism select or poll")]
#[case("zh", "--mechanism select 或 poll")]
fn epoll_refuses_a_file_with_the_right_advice(#[case] lang: &str, #[case] advice: &str) {
    let file = std::fs::File::open("Cargo.toml").unwrap();
    let output = std::process::Command::new(crate::common::binary(5))
        .args(["stdin", "--mechanism", "epoll", "--lang", lang])
        .stdin(file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(advice) && !said.contains("1024"), "{said}");
}

/// CLAIMS 29 and 30: the shapes, not the times. Other programs can bend one measurement, hardly three.
#[test]
fn a_wait_costs_what_is_watched_except_with_epoll() {
    let mut bent = String::new();
    for _ in 0..3 {
        match measured_shapes() {
            Ok(()) => return,
            Err(why) => bent += &why,
        }
    }
    panic!("{bent}");
}

fn measured_shapes() -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("compare.csv");
    printed(5, &["compare", "--max", "1000", "--csv", csv.to_str().unwrap()]);
    let table = std::fs::read_to_string(&csv).unwrap();
    let cost = |case: &str, mechanism: &str, descriptors: &str| -> f64 {
        let begin = format!("{case},{mechanism},{descriptors},");
        let row = table.lines().find_map(|line| line.strip_prefix(&begin));
        row.unwrap_or_else(|| panic!("no {begin} in\n{table}")).parse().unwrap()
    };
    let epoll = |case, descriptors| cost(case, "epoll", descriptors);
    let linear = ["select", "poll"].iter().all(|linear| {
        let most = cost("idle", linear, "1000");
        most > 3.0 * cost("idle", linear, "10") && most > 3.0 * epoll("idle", "1000")
    });
    let flat = epoll("idle", "1000") < 3.0 * epoll("idle", "10");
    let not_when_all_are_ready = epoll("ready", "1000") > 5.0 * epoll("ready", "10");
    match linear && flat && not_when_all_are_ready {
        true => Ok(()),
        false => Err(format!(
            "linear {linear}, flat {flat}, not when all are ready {not_when_all_are_ready}\n{table}"
        )),
    }
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
