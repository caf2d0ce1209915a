//! Bare round trips over a unix stream socket: what any manager costs at least.

use std::env;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

/// Bytes of a request and of a reply, about those of the dictionary's.
const MESSAGE: usize = 16;

fn main() -> anyhow::Result<()> {
    let mut message = [7; MESSAGE];
    if env::var_os("UNIX_SERVER").is_some() {
        let mut socket = UnixStream::from(rustix::stdio::stdin().try_clone_to_owned()?);
        while socket.read(&mut message)? > 0 {
            socket.write_all(&message)?;
        }
        return Ok(());
    }
    let work = benches::Work::from_arguments()?;
    let (mut ours, theirs) = UnixStream::pair()?;
    let mut command = Command::new("/proc/self/exe");
    command.env("UNIX_SERVER", "").stdin(Stdio::from(OwnedFd::from(theirs)));
    let mut server = command.spawn()?;
    drop(command); // with its copy of the other end
    for _ in 0..work.count {
        ours.write_all(&message)?;
        ours.read_exact(&mut message)?;
    }
    drop(ours);
    server.wait()?;
    Ok(())
}
