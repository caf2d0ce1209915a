//! Lesson 2: web hello. The same checks pass the Rust lesson and its Python twin.

use crate::common::{Who, check, printed};
use rstest::rstest;

#[rstest]
fn the_server_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson2.server", who, 2, "server", &[]);
}

/// One thread a client: other means, the same promises.
#[test]
fn the_server_with_threads_keeps_them_too() {
    check("lesson2.server", Who::Rust, 2, "threads", &[]);
}

/// CLAIMS 10: one byte more than the document's receive, and its server resets the client.
#[test]
fn the_documents_server_resets_where_ours_does_not() {
    let shown = printed(2, &[]);
    let row =
        |begin: &str| shown.lines().find(|line| line.trim_start().starts_with(begin)).unwrap().to_string();
    assert!(row("tutorial 1024").ends_with("then end of the stream"), "{shown}");
    assert!(row("tutorial 1025").ends_with("then ECONNRESET"), "{shown}");
    assert!(row("server   1024").ends_with("then end of the stream"), "{shown}");
    assert!(row("server   1025").ends_with("then end of the stream"), "{shown}");
    assert!(row("server   8000").ends_with("then end of the stream"), "{shown}");
}

/// The page as `get` shows it: status, headers, body, in both programs.
#[rstest]
fn get_prints_a_page(#[values(Who::Rust, Who::Python)] who: Who) {
    let Some(server) = crate::common::command(who, 2, "server", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let start = lab::Start { addr: "127.0.0.1:0", dir: folder.path(), extra: &[], typed: false };
    let subject = lab::Subject::start(&server, start).unwrap();
    let deadline = lab::Deadline::after(std::time::Duration::from_secs(10));
    let addr = subject.ready(deadline).unwrap();
    let shown = printed(2, &["get", &format!("http://{addr}/zh")]);
    assert!(shown.starts_with("HTTP/1.1 200 OK\n"), "{shown}");
    assert!(shown.contains("Content-Length: 13\n"), "{shown}");
    assert!(shown.ends_with("\n你好,世界\n"), "{shown}");
}

#[rstest]
#[case("ftp://127.0.0.1/")]
#[case("http://")]
#[case("http://127.0.0.1:99999/")]
#[case("http://127.0.0.1/a b")]
fn a_wrong_url_is_a_usage_error(#[case] url: &str) {
    let output = crate::common::run(2, &["get", url]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains(url), "{output:?}");
}
