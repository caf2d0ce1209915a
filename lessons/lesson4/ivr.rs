//! # What the bot says
//!
//! You will learn: to keep what is said apart from how it is sent: this file knows no sockets, so
//! lessons 5 and 6 can use the same bot behind other servers.
//! Run it: as part of `cargo run --bin lesson4 server`.
//! Python: the `if`, `elif`, `else` of the document's loop.
//! Try: add a menu entry, and find out which check of `lab` notices.

use netkit::framing::Message;

/// The longest message that is looked at, in bytes.
pub const MESSAGE_LIMIT: usize = 1024;

/// What every caller hears first.
pub const GREETING: &str = "欢迎致电 10086,请输入1xxx,0转人工服务.";

/// The answer to `0`.
pub const OPERATOR: &str = "通过可能会被录音.balabala一大推";

/// The answer to everything that is not on the menu.
pub const AGAIN: &str = "请重新输入.";

// ANCHOR: answer
/// What the bot does with a message.
pub enum Answer {
    /// Says this and goes on listening.
    Say(&'static str),
    /// Hangs up.
    HangUp,
}

/// The bot's answer to one message.
pub fn answer(message: &Message) -> Answer {
    match message {
        Message::Text(text) if text == b"exit" => Answer::HangUp,
        Message::Text(text) if text == b"0" => Answer::Say(OPERATOR),
        Message::Text(_) | Message::TooLong => Answer::Say(AGAIN),
    }
}
// ANCHOR_END: answer
