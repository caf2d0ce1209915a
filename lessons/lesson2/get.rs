//! # The client
//!
//! You will learn: that a web request is a few lines of text.
//! Run it: `cargo run --bin lesson2 get http://127.0.0.1:8080/zh`
//! Python: `http.client`, `urllib.request.urlopen`.
//! Try: the same with `--trace`.

use std::str::FromStr;
use std::time::Duration;

use anyhow::bail;
use netkit::cli::{Session, seconds};
use netkit::framing::printable;
use netkit::net::{Addr, Connect, connect};

use crate::text;

/// The longest reply taken, in bytes.
const REPLY_LIMIT: usize = 16 * 1024 * 1024;

#[derive(clap::Args)]
pub struct Args {
    /// What to get: http://HOST[:PORT][/PATH]
    url: Url,
    /// The limit for connect, for send, and for each piece of the reply
    #[arg(long, value_name = "SECS", default_value = "5", value_parser = seconds)]
    timeout: Duration,
}

#[derive(Clone)]
struct Url {
    host: String,
    addr: Addr,
    path: String,
}

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    let Url { host, addr, path } = &args.url;
    let failed = |what| move |error| session.failure(what, &[("addr", addr)], error);
    let how = Connect { timeout: Some(args.timeout), trace: session.trace().clone() };
    let server = connect(addr, &how).map_err(failed(&text::CANNOT_CONNECT))?;

    // "Connection: close" makes the end of the stream the end of the reply: no length to count.
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    server.send_all(request.as_bytes()).map_err(|error| failed(&text::CANNOT_SEND)(error.into()))?;
    let mut reply = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        match server.recv(&mut buffer).map_err(failed(&text::CANNOT_RECEIVE))? {
            0 => break,
            received => reply.extend_from_slice(&buffer[..received]),
        }
        if reply.len() > REPLY_LIMIT {
            bail!("{}", text::TOO_LONG.fill(session.lang(), &[("addr", addr)]));
        }
    }
    // Line by line, so that only line ends act on the terminal and nothing else.
    for line in reply.split(|&byte| byte == b'\n') {
        session.line(printable(line.strip_suffix(b"\r").unwrap_or(line)))?;
    }
    if !is_whole(&reply) {
        bail!("{}", text::NOT_WHOLE.fill(session.lang(), &[("addr", addr)]));
    }
    Ok(())
}

/// Whether it begins with a status line and headers, and has as many bytes behind them as they promise.
fn is_whole(reply: &[u8]) -> bool {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(head)) = response.parse(reply) else { return false };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| str::from_utf8(header.value).ok()?.parse::<usize>().ok());
    length.is_none_or(|length| reply.len() - head >= length)
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("http://").ok_or("write http://HOST[:PORT][/PATH]")?;
        let slash = rest.find('/').unwrap_or(rest.len());
        let (host, path) = rest.split_at(slash);
        let is_safe = |part: &str| part.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || !is_safe(host) || !is_safe(path) {
            return Err("a URL has no spaces or control characters, and names a host".to_string());
        }
        // A name ends with its port, or with the ']' of an IPv6 address.
        let has_port = host.rfind(':') > host.rfind(']');
        let with_port = if has_port { host.to_string() } else { format!("{host}:80") };
        let addr = with_port.parse().map_err(|error: std::io::Error| error.to_string())?;
        let path = if path.is_empty() { "/" } else { path };
        Ok(Url { host: host.to_string(), addr, path: path.to_string() })
    }
}
