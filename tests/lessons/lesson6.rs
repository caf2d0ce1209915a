//! Lesson 6: SocketServer from the inside. The same checks pass the Rust lesson and its twin.

use crate::common::{Who, check, check_all, number_after, printed};
use rstest::rstest;

#[rstest]
fn the_server_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson6.server", who, 6, "server", &[]);
}

#[rstest]
fn the_server_keeps_them_with_every_dispatch(
    #[values(Who::Rust, Who::Python)] who: Who,
    #[values("inline", "forking", "pooled")] dispatch: &str,
) {
    check_all("lesson6.server", who, 6, "server", &["--dispatch", dispatch]);
}

#[rstest]
fn the_echo_keeps_its_promises(
    #[values(Who::Rust, Who::Python)] who: Who,
    #[values("threading", "forking")] dispatch: &str,
) {
    check_all("lesson6.echo", who, 6, "server", &["--handler", "echo", "--dispatch", dispatch]);
}

#[rstest]
#[case("lesson6.upload-server", "upload-server")]
#[case("lesson6.upload", "upload")]
fn a_part_keeps_its_promises(
    #[case] suite: &str,
    #[case] part: &str,
    #[values(Who::Rust, Who::Python)] who: Who,
) {
    check(suite, who, 6, part, &[]);
}

#[rstest]
fn the_simplified_server_keeps_them(#[values(Who::Rust, Who::Python)] who: Who) {
    check_all("lesson6.simplified", who, 6, "simplified", &[]);
}

/// CLAIMS 39: the order of the calls, and who makes them.
#[test]
fn the_anatomy_is_recorded() {
    const HERE: [&str; 4] = ["serve_forever", "get_request", "verify_request", "process_request"];
    const THERE: [&str; 6] =
        ["finish_request", "setup", "handle", "finish", "shutdown_request", "close_request"];
    let shown = printed(6, &["anatomy"]);
    for way in ["inline", "forking", "threading", "pooled"] {
        let block: Vec<&str> = shown
            .lines()
            .skip_while(|line| *line != format!("{way}:"))
            .skip(1)
            .take_while(|line| !line.is_empty())
            .collect();
        let (places, steps): (Vec<&str>, Vec<&str>) =
            block.iter().map(|line| line.trim().strip_prefix('[').unwrap().split_once("] ").unwrap()).unzip();
        assert_eq!(steps, [&HERE[..], &THERE[..]].concat(), "{way}\n{shown}");
        let (here, there) = (places[0], places[9]);
        assert!(places[..4].iter().all(|place| *place == here), "{way}\n{shown}");
        assert!(places[4..].iter().all(|place| *place == there), "{way}\n{shown}");
        let process = |place: &str| number_after(place, "process");
        assert_eq!(here == there, way == "inline", "{way}\n{shown}");
        assert_eq!(process(here) != process(there), way == "forking", "{way}\n{shown}");
    }
    let constructor: Vec<&str> =
        shown.lines().skip_while(|line| *line != "the constructor:").skip(1).take(3).map(str::trim).collect();
    assert_eq!(constructor, ["socket", "bind", "listen"], "39\n{shown}");
    // CLAIMS 40: threads make it concurrent, with a selector or without.
    for (how, answered) in [
        ("a selector, no threads:", "no"),
        ("a selector, and threads:", "yes"),
        ("no selector, but threads:", "yes"),
    ] {
        let row = shown.lines().find_map(|line| line.trim().strip_prefix(how)).unwrap();
        assert_eq!(row.trim(), answered, "{how}\n{shown}");
    }
    assert!(shown.contains("ThreadingTcpServer = Server<Stream, Echo, Threading>"), "{shown}");
}

/// CLAIMS 41 and 42: what an idle client costs, in both programs.
#[rstest]
fn an_idle_client_costs_a_thread_or_a_process_or_neither(#[values(Who::Rust, Who::Python)] who: Who) {
    const CLIENTS: f64 = 30.0;
    let Some(command) = crate::common::command(who, 6, "idle", &["--clients", "30"]) else { return };
    let shown = crate::common::printed_by(&command);
    assert!(shown.contains(": 5 zombies\n") && shown.contains("after waiting: 0 zombies\n"), "{shown}");
    assert!(shown.contains("theirs say 1 1 1 1 1, the parent's says 0"), "{shown}");
    let row = |name: &str| -> Vec<f64> {
        let row = shown.lines().find_map(|line| line.trim().strip_prefix(name));
        let row = row.unwrap_or_else(|| panic!("no {name} in\n{shown}"));
        row.split_whitespace().map(|number| number.parse().unwrap()).collect()
    };
    let (events, threading, forking) = (row("event loop"), row("threading"), row("forking"));
    assert_eq!(events[..2], [1.0, 0.0], "{shown}");
    assert_eq!(threading[..2], [CLIENTS + 1.0, 0.0], "{shown}");
    assert_eq!(forking[..2], [1.0, CLIENTS], "{shown}");
    assert!(events[2] < threading[2] && events[2] < forking[2], "{shown}");
}

/// CLAIMS 46: who has gone is told of as often as one asks.
#[test]
fn a_loop_that_overlooks_the_end_does_not_end() {
    let shown = printed(6, &["sticky"]);
    assert!(number_after(&shown, "recv returned 0 bytes") > 100, "{shown}");
    assert!(shown.contains("0 files stored, unexpected end of file"), "{shown}");
}

/// CLAIMS 43 and 44: an acknowledgement is no framing, and it is not Nagle's doing.
#[test]
fn only_framing_keeps_messages_apart() {
    let shown = printed(6, &["sticky"]);
    for no_delay in [0, 1] {
        assert!(
            shown.contains(&format!("TCP_NODELAY {no_delay}: 22 bytes: onetwo twothreefour 4!")),
            "{shown}"
        );
        let row = shown
            .lines()
            .find(|line| line.contains(&format!("TCP_NODELAY {no_delay}, receiver 100 ms")))
            .unwrap();
        assert_eq!(number_after(row, "late:"), 5, "{row}");
    }
    let framed = shown.lines().find(|line| line.starts_with("A length before")).unwrap();
    assert_eq!(number_after(framed, "message:"), number_after(framed, "of"), "{framed}");
}

#[test]
fn a_send_takes_a_part_and_send_all_counts() {
    let shown = printed(6, &["send-vs-sendall"]);
    let results: Vec<&str> = shown.lines().skip(1).map(|line| line.split_once("-> ").unwrap().1).collect();
    assert!(results[0].starts_with("67108864 "), "{shown}");
    for part in &results[1..3] {
        let taken: u64 = part.split_whitespace().next().unwrap().parse().unwrap();
        assert!(0 < taken && taken < 67_108_864, "{shown}");
    }
    assert!(results[3].contains("of 67108864 bytes: timed out"), "{shown}");
    assert!(results[4].starts_with("67108864 "), "{shown}");
}
