//! What the descriptors of a process are, in words.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use super::path;
use super::sockets::{Socket, SocketState, parse_line, sockets};

/// The open descriptors of a process, as they were at one moment.
#[derive(Debug)]
pub struct Descriptors {
    /// What each number stands for, as the kernel writes it: `socket:[4711]`, `pipe:[4712]`, a path.
    links: BTreeMap<u32, String>,
    tcp: Vec<Socket>,
    /// Those of UDP and Unix, by inode.
    others: HashMap<String, String>,
}

impl Descriptors {
    /// Those of this process; none when it is gone.
    #[must_use]
    pub fn of(pid: u32) -> Descriptors {
        let entries = fs::read_dir(path(pid, "fd")).into_iter().flatten().filter_map(Result::ok);
        let links = entries.filter_map(|entry| {
            let link = fs::read_link(entry.path()).ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, link.to_string_lossy().into_owned()))
        });
        let (links, tcp) = (links.collect(), sockets(pid).unwrap_or_default());
        Descriptors { links, tcp, others: others(pid) }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.links.len()
    }

    /// Whether this one is open.
    #[must_use]
    pub fn has(&self, number: u32) -> bool {
        self.links.contains_key(&number)
    }

    /// Its TCP sockets.
    #[must_use]
    pub fn tcp(&self) -> &[Socket] {
        &self.tcp
    }

    /// The number of a TCP socket, in the process.
    #[must_use]
    pub fn number(&self, socket: &Socket) -> Option<u32> {
        let link = format!("socket:[{}]", socket.inode);
        self.links.iter().find(|(_, own)| **own == link).map(|(number, _)| *number)
    }

    /// `descriptor 4 (the connection from 127.0.0.1:5000)`.
    #[must_use]
    pub fn name(&self, number: u32) -> String {
        match self.what(number) {
            Some(what) => format!("descriptor {number} ({what})"),
            None => format!("descriptor {number}"),
        }
    }

    fn what(&self, number: u32) -> Option<String> {
        let Some(link) = self.links.get(&number) else { return Some("which is not open".into()) };
        let what = match link.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')) {
            Some(inode) => match self.tcp.iter().find(|socket| socket.inode.to_string() == inode) {
                Some(socket) => self.connection(socket),
                None => self.others.get(inode).cloned()?,
            },
            None if link.starts_with("pipe:") => "a pipe".into(),
            None => match link.strip_prefix("anon_inode:") {
                Some(kind) => format!("an {}", kind.trim_matches(['[', ']'])),
                None => link.clone(),
            },
        };
        Some(match number {
            0 => format!("standard input, {what}"),
            1 => format!("standard output, {what}"),
            2 => format!("standard error, {what}"),
            _ => what,
        })
    }

    fn connection(&self, socket: &Socket) -> String {
        if socket.state == SocketState::Listen {
            return format!("the listening socket on {}", socket.local);
        }
        if socket.remote.port() == 0 {
            return "a TCP socket that is not connected".into();
        }
        let own_port =
            |other: &Socket| other.state == SocketState::Listen && other.local.port() == socket.local.port();
        let way = if self.tcp.iter().any(own_port) { "from" } else { "with" };
        let state = if socket.state == SocketState::CloseWait { ", which has hung up" } else { "" };
        format!("the connection {way} {}{state}", socket.remote)
    }
}

/// The sockets of the process' network that are not TCP's.
fn others(pid: u32) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for name in ["net/udp", "net/udp6"] {
        let text = fs::read_to_string(path(pid, name)).unwrap_or_default();
        for socket in text.lines().skip(1).filter_map(parse_line) {
            found.insert(socket.inode.to_string(), format!("the UDP socket on {}", socket.local));
        }
    }
    // Num RefCount Protocol Flags Type St Inode Path
    let text = fs::read_to_string(path(pid, "net/unix")).unwrap_or_default();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        if let Some(inode) = fields.get(6) {
            let what =
                fields.get(7).map_or("a Unix socket".to_owned(), |path| format!("the Unix socket {path}"));
            found.insert((*inode).to_owned(), what);
        }
    }
    found
}
