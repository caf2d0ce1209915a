//! The same tasks over a bare socketpair for each worker: no serialisation, no book-keeping.

use std::env;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

/// Chunks on their way to one worker and back.
const WINDOW: usize = 32;

fn main() -> anyhow::Result<()> {
    if env::var_os("SOCKETPAIR_WORKER").is_some() {
        return be_a_worker();
    }
    let work = benches::Work::from_arguments()?;
    let size = 8 * work.chunk();
    let mut workers: Vec<(Child, UnixStream)> = Vec::new();
    for _ in 0..work.processes {
        let (ours, theirs) = UnixStream::pair()?;
        let mut command = Command::new(env::current_exe()?);
        command.env("SOCKETPAIR_WORKER", size.to_string()).stdin(Stdio::from(OwnedFd::from(theirs)));
        workers.push((command.spawn()?, ours));
    }
    let numbers: Vec<u8> = (0..work.count).flat_map(i64::to_ne_bytes).collect();
    let window = if work.case == "apply" { 1 } else { WINDOW * workers.len() };
    let mut sum = 0;
    let mut buffer = vec![0; size];
    let chunks = numbers.len().div_ceil(size);
    for at in 0..chunks + window {
        if at >= window {
            let received = at - window;
            let length = size.min(numbers.len() - received * size);
            let from = received % workers.len();
            workers[from].1.read_exact(&mut buffer[..length])?;
            sum += buffer[..length].as_chunks().0.iter().map(|bytes| i64::from_ne_bytes(*bytes)).sum::<i64>();
        }
        if let Some(chunk) = numbers.chunks(size).nth(at) {
            let to = at % workers.len();
            workers[to].1.write_all(chunk)?;
        }
    }
    work.check_squares(sum)?;
    for (mut child, socket) in workers {
        drop(socket);
        child.wait()?;
    }
    Ok(())
}

fn be_a_worker() -> anyhow::Result<()> {
    let mut socket = UnixStream::from(rustix::stdio::stdin().try_clone_to_owned()?);
    let mut buffer = vec![0; env::var("SOCKETPAIR_WORKER")?.parse()?];
    loop {
        let mut length = socket.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        while !length.is_multiple_of(8) {
            length += socket.read(&mut buffer[length..])?;
        }
        for number in buffer[..length].as_chunks_mut().0 {
            let n = i64::from_ne_bytes(*number);
            *number = (n * n).to_ne_bytes();
        }
        socket.write_all(&buffer[..length])?;
    }
}
