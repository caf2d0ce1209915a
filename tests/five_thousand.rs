//! As many children as the documents start, 5,000. Alone in its program, because for a second or two they take every CPU, and
//! whoever waits for something beside them waits for seconds.
#![cfg(target_os = "linux")] // where fork is
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{number_after, printed};

/// The goal that the documents do not name: nothing is lost.
#[test]
fn five_thousand_children_lose_nothing() {
    let shown = printed(8, &["lock"]);
    assert!(shown.lines().any(|line| line == "counter 5011"), "{shown}");
    assert!((11..5011).contains(&number_after(&shown, "4999 ---> ")), "{shown}");
}
