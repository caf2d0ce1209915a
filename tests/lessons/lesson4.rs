//! Lesson 4: the IVR bot. The same checks pass the Rust lesson and its Python twin.

use crate::common::{Who, check, number_after, printed};
use rstest::rstest;

#[rstest]
fn the_server_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson4.server", who, 4, "server", &[]);
}

#[rstest]
fn the_client_keeps_its_promises(#[values(Who::Rust, Who::Python)] who: Who) {
    check("lesson4.client", who, 4, "client", &[]);
}

/// CLAIMS 20 to 23, as the demo shows them.
#[test]
fn the_demo_shows_what_goes_wrong() {
    let shown = printed(4, &[]);
    let row =
        |begin: &str| shown.lines().find(|line| line.trim_start().starts_with(begin)).unwrap().to_string();
    assert!(
        row("naive   0exit").ends_with("请重新输入. and the call goes on"),
        "20: two messages in one receive\n{shown}"
    );
    assert!(row("naive   0\\nexit").ends_with("请重新输入. and the call goes on"), "20\n{shown}");
    assert!(row("server  0\\nexit").ends_with("balabala一大推 and it hangs up"), "20\n{shown}");
    assert!(number_after(&row("naive  :"), ":") > 100, "21: a caller who is gone is answered\n{shown}");
    assert_eq!(number_after(&row("server :"), ":"), 0, "21\n{shown}");
    assert!(shown.contains("then the whole server ended"), "21\n{shown}");
    assert!(shown.contains("send(3, 1 bytes \"\\n\")"), "22: Enter is a byte\n{shown}");
    assert!(shown.contains("ms: nothing"), "23: the second caller waits\n{shown}");
    assert!(shown.contains("greeted after the first had hung up"), "23\n{shown}");
}
