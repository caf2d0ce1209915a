//! Shows a built book to a browser on this machine: files of one folder, over
//! HTTP/1.1, one thread a connection, one request a connection.

use super::paths::percent_decode;
use crate::say;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A request line and headers longer than this are refused.
const LONGEST_REQUEST: u64 = 8 * 1024;

/// How long one read or write of a browser may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves `folder` on 127.0.0.1 until a signal ends the process.
///
/// Prints `listening on http://127.0.0.1:PORT` when browsers can come.
///
/// # Errors
/// When the port cannot be had.
pub(super) fn forever(folder: &Path, port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("cannot listen on 127.0.0.1:{port} (is it in use? try --port 0)"))?;
    say(format!("listening on http://{}", listener.local_addr()?))?;
    // Resolved once: later comparisons are between resolved paths.
    let folder = Arc::new(fs::canonicalize(folder)?);
    loop {
        let Ok((stream, _)) = listener.accept() else {
            // Out of descriptors, most likely: let some connections end.
            thread::sleep(Duration::from_millis(100));
            continue;
        };
        let folder = Arc::clone(&folder);
        // Never joined: it ends with its connection, or with this process.
        // Without a thread the connection is dropped; the browser tries again.
        let _ = thread::Builder::new().name("book reader".into()).spawn(move || answer(&stream, &folder));
    }
}

/// Reads one request and answers it. A broken connection is the peer's affair.
fn answer(mut stream: &TcpStream, folder: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = BufReader::new(stream.take(LONGEST_REQUEST));
    let mut line = String::new();
    request.read_line(&mut line)?;
    // The headers say nothing that we need, but must be read: closing with
    // unread bytes would reset the connection under our reply.
    let mut header = String::new();
    while request.read_line(&mut header)? > 2 {
        header.clear();
    }
    let mut words = line.split(' ');
    let (method, address) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let reply = match method {
        "GET" | "HEAD" => find(folder, address),
        _ => Reply { status: "405 Method Not Allowed", file: None },
    };
    reply.send(&mut stream, method == "GET")
}

/// What a request gets; without a file, the status in words.
#[derive(Debug)]
struct Reply {
    status: &'static str,
    file: Option<PathBuf>,
}

/// The file for an address; for `/` and `/sub/` the `index.html` there.
///
/// Nothing outside of `folder`, which is resolved, is ever found: not by
/// `..`, not by a link on disk.
fn find(folder: &Path, address: &str) -> Reply {
    let path = address.split(['?', '#']).next().unwrap_or("");
    let file = percent_decode(path)
        .map(|path| if path.ends_with('/') { path + "index.html" } else { path })
        .and_then(|path| fs::canonicalize(folder.join(path.trim_start_matches('/'))).ok())
        .filter(|path| path.starts_with(folder) && path.is_file());
    match file {
        Some(file) => Reply { status: "200 OK", file: Some(file) },
        None => Reply { status: "404 Not Found", file: None },
    }
}

impl Reply {
    fn send(&self, to: &mut impl Write, with_body: bool) -> io::Result<()> {
        let mut body = self.file.as_deref().map(File::open).transpose()?;
        let length = match &body {
            Some(file) => file.metadata()?.len(),
            None => self.status.len() as u64 + 1,
        };
        write!(
            to,
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {length}\r\n\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n",
            self.status,
            content_type(self.file.as_deref()),
        )?;
        match &mut body {
            _ if !with_body => {}
            Some(file) => drop(io::copy(file, to)?),
            None => writeln!(to, "{}", self.status)?,
        }
        to.flush()
    }
}

/// By the end of the file's name, for the kinds that a book has.
fn content_type(file: Option<&Path>) -> &'static str {
    match file.and_then(Path::extension).and_then(|end| end.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json" | "jsonl") => "application/json; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") | None => "text/plain; charset=utf-8",
        Some(_) => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A folder with a page, and a secret beside it.
    fn site() -> (tempfile::TempDir, PathBuf) {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("site");
        fs::create_dir_all(folder.join("sub")).unwrap();
        fs::write(folder.join("index.html"), "home").unwrap();
        fs::write(folder.join("a b.html"), "space").unwrap();
        fs::write(folder.join("sub/index.html"), "sub").unwrap();
        fs::write(outer.path().join("secret"), "secret").unwrap();
        symlink(outer.path().join("secret"), folder.join("link")).unwrap();
        let folder = fs::canonicalize(folder).unwrap();
        (outer, folder)
    }

    #[test]
    fn files_and_folders_are_found() {
        let (_outer, folder) = site();
        for (address, file) in [
            ("/", "index.html"),
            ("/index.html?x=..", "index.html"),
            ("/a%20b.html", "a b.html"),
            ("/sub/", "sub/index.html"),
            ("/sub/../index.html", "index.html"),
        ] {
            let reply = find(&folder, address);
            assert_eq!(reply.status, "200 OK", "{address}");
            assert_eq!(reply.file, Some(folder.join(file)), "{address}");
        }
    }

    #[test]
    fn nothing_outside_of_the_folder_is_found() {
        let (_outer, folder) = site();
        for address in [
            "/../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "//etc/passwd",
            "/sub/../../secret",
            "/link",
            "/%00",
            "/%zz",
            "",
            "/nope",
            "/sub",
        ] {
            assert_eq!(find(&folder, address).status, "404 Not Found", "{address}");
        }
    }

    #[test]
    fn a_reply_says_its_length_and_head_has_no_body() {
        let (_outer, folder) = site();
        for (with_body, end) in [(true, "\r\n\r\nhome"), (false, "\r\n\r\n")] {
            let mut sent = Vec::new();
            find(&folder, "/").send(&mut sent, with_body).unwrap();
            let sent = String::from_utf8(sent).unwrap();
            assert!(sent.contains("Content-Length: 4\r\n") && sent.ends_with(end), "{sent}");
            assert!(sent.contains("text/html; charset=utf-8"), "{sent}");
        }
        let mut sent = Vec::new();
        find(&folder, "/nope").send(&mut sent, true).unwrap();
        assert!(String::from_utf8(sent).unwrap().ends_with(
            "Content-Length: 14\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n404 Not Found\n"
        ));
    }
}
