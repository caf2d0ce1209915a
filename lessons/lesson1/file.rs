//! # A socket is a file descriptor
//!
//! You will learn: what "everything is a file" means for a socket, and where it ends.
//! Run it: `cargo run --bin lesson1 file`
//! Python: `fileno`, `os.read`, `os.write`, `os.lseek`.
//! Try: `ls -l /proc/PID/fd` of a running `lesson1 server`. (The listing is Linux only.)

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd};

use netkit::cli::{Session, Text};
use netkit::framing::printable;
use netkit::sys::error_name;
use netkit::trace::Direction;
use rustix::fs::{SeekFrom, seek};

use crate::api::connected_pair;
use crate::text::tour as text;

pub fn run(session: &Session) -> anyhow::Result<()> {
    let (server, client) = connected_pair(session)?;
    let number = client.as_fd().as_raw_fd();

    // 1. The kernel lists it among the open files of this process.
    let link = fs::read_link(format!("/proc/self/fd/{number}"));
    let link = link.map(|path| path.display().to_string());
    show(session, &format!("/proc/self/fd/{number}"), &text::ENTRY, link)?;

    // 2. The calls for files work on it: no socket function is needed to move bytes.
    let written = rustix::io::write(&client, b"written like a file");
    let written = written.map(|count| format!("{count} bytes")).map_err(io::Error::from);
    show(session, "write", &text::WRITTEN, written)?;
    let mut buffer = [0; 64];
    let read = rustix::io::read(&server, &mut buffer);
    let read = read.map(|count| printable(&buffer[..count])).map_err(io::Error::from);
    show(session, "read", &text::READ, read)?;

    // 3. But bytes of a stream are gone when they are read: there is no position to go back to.
    let position = seek(&client, SeekFrom::Start(0)).map(|at| at.to_string()).map_err(io::Error::from);
    show(session, "lseek", &text::SEEK, position)?;

    // 4. And a connection has two directions, which a file has not.
    client.shutdown(Direction::Write)?;
    server.send_all(b"still here")?;
    let heard = client.recv(&mut buffer).map(|count| printable(&buffer[..count]));
    show(session, "shutdown", &text::HALF_CLOSED, heard)?;
    Ok(())
}

fn show(session: &Session, call: &str, what: &Text, result: io::Result<String>) -> io::Result<()> {
    let result = result.unwrap_or_else(|error| error_name(&error));
    session.line(format!("  {call:<18} {}: {result}", what.get(session.lang())))
}
