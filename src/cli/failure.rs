//! Errors as one sentence: what, why, what to try.

use std::fmt;
use std::io;

use super::{Lang, Text, reasons};

/// What could not be done, why, and what to try.
///
/// Shown as `cannot listen on 127.0.0.1:9999: Address already in use (what to try)`.
#[derive(Debug)]
pub struct Failure {
    what: String,
    why: String,
    hint: Option<String>,
}

impl Failure {
    /// A failure with its own words.
    pub fn new(what: impl Into<String>, why: impl Into<String>, hint: Option<String>) -> Self {
        Failure { what: what.into(), why: why.into(), hint }
    }

    /// A failure because of an I/O error, with the reason and the usual advice in `lang`.
    pub fn from_io(lang: Lang, what: impl Into<String>, error: &io::Error) -> Self {
        let hint = known(error).and_then(|(_, _, hint)| *hint);
        let hint = hint.map(|hint: Text| hint.get(lang).to_string());
        Failure { what: what.into(), why: reason(lang, error), hint }
    }

    /// The same with this advice instead of the usual one.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Failure { hint: Some(hint.into()), ..self }
    }
}

/// Why, in the user's language if it is a usual reason; without the number that the standard library puts behind it.
pub(super) fn reason(lang: Lang, error: &io::Error) -> String {
    let text = match known(error) {
        Some((_, why, _)) => return why.get(lang).to_string(),
        None => error.to_string(),
    };
    match (text.split_once(" (os error"), lang) {
        (Some((words, _)), _) => words.to_string(),
        (None, Lang::En) => text,
        (None, Lang::Zh) => reasons::in_chinese(&text),
    }
}

fn known(error: &io::Error) -> Option<&'static Reason> {
    KNOWN.iter().find(|(kind, ..)| *kind == error.kind() && error.get_ref().is_none())
}

type Reason = (io::ErrorKind, Text, Option<Text>);

const KNOWN: &[Reason] = &[
    (
        io::ErrorKind::AddrInUse,
        Text::new("Address already in use", "地址已被占用"),
        Some(Text::new(
            "another server is running? try --addr 127.0.0.1:0",
            "是不是已有一个服务器在运行?试试 --addr 127.0.0.1:0",
        )),
    ),
    (
        io::ErrorKind::AddrNotAvailable,
        Text::new("this machine has no such address", "本机没有这个地址"),
        Some(Text::new("try --addr 127.0.0.1:0", "试试 --addr 127.0.0.1:0")),
    ),
    (
        io::ErrorKind::PermissionDenied,
        Text::new("Permission denied", "权限不够"),
        Some(Text::new(
            "a port below 1024 needs privilege, try --addr 127.0.0.1:0; a path or a file must be one that you may use",
            "1024 以下的端口需要特权,可以试试 --addr 127.0.0.1:0;路径或文件则要选你有权使用的",
        )),
    ),
    (
        io::ErrorKind::ConnectionRefused,
        Text::new("Connection refused", "连接被拒绝"),
        Some(Text::new(
            "nobody listens there: start the server in another terminal, or give its --addr",
            "那里没有人监听:先在另一个终端启动服务器,或者用 --addr 给出它的地址",
        )),
    ),
    (
        io::ErrorKind::TimedOut,
        Text::new("timed out", "超时"),
        Some(Text::new(
            "the other side did not answer in time; try a larger --timeout",
            "对方没有及时回应;试试更大的 --timeout",
        )),
    ),
    (io::ErrorKind::ConnectionReset, Text::new("Connection reset by peer", "连接被对方重置"), None),
    (io::ErrorKind::BrokenPipe, Text::new("Broken pipe", "管道破裂:对方已经关闭"), None),
    (
        io::ErrorKind::NotFound,
        Text::new("No such file or directory", "没有这个文件或目录"),
        Some(Text::new("check the path", "请检查路径")),
    ),
    (io::ErrorKind::IsADirectory, Text::new("Is a directory", "这是一个目录"), None),
    (io::ErrorKind::NotADirectory, Text::new("Not a directory", "路径中有一段不是目录"), None),
    (io::ErrorKind::StorageFull, Text::new("No space left on device", "设备上没有空间了"), None),
];

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

/// The command line asks for something that does not exist: exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Whoever read our standard output went away (`lesson1 | head -1`): the end, but no failure.
#[derive(Debug, Clone, Copy)]
pub struct StdoutClosed;

impl StdoutClosed {
    /// Whether `error` is this one, and not a socket's broken pipe.
    pub fn caused(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<StdoutClosed>())
    }
}

impl fmt::Display for StdoutClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("standard output is closed")
    }
}

impl std::error::Error for StdoutClosed {}
