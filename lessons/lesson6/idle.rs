//! # Idle clients
//!
//! You will learn: what a client costs that says nothing, in threads, processes and memory; that a
//! forked child counts for itself, and stays as a zombie until somebody waits for it.
//! Run it: `cargo run --bin lesson6 idle`
//! Python: `os.fork`, `os.waitpid`; `asyncio`, `ThreadingTCPServer`, `ForkingTCPServer`.
//! Try: `--clients 500`, and look at the same servers with `ps -eLf` and `top`.

use std::fs;
use std::io::{BufRead, BufReader, PipeWriter, Read, Write, pipe};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, bail};
use netkit::cli::{Session, pad};
use netkit::event_loop::{Event, EventLoop, Options};
use netkit::net::{Addr, Listen, Listener};
use netkit::server::{Dispatch, Forking, Server, Stream, Threading};
use netkit::sys::{Fork, exit_child, fork};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use crate::handlers::Echo;
use crate::text::idle as text;

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Children of the first experiment.
const CHILDREN: usize = 5;

#[derive(clap::Args)]
pub struct Args {
    /// How many idle clients
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(1..=500))]
    clients: u16,
}

#[derive(Clone, Copy)]
enum Way {
    EventLoop,
    Threading,
    Forking,
}

/// A process that we have started. Dropped, it is ended.
struct Child(Pid);

pub fn run(session: &Session, args: &Args) -> anyhow::Result<()> {
    // Nothing here starts a thread in this process: fork would refuse.
    counters_and_zombies(session)?;
    let clients = usize::from(args.clients);
    session.say(&text::TITLE, &[("clients", &clients)])?;
    session.say(&text::HEAD, &[])?;
    for (name, way) in
        [("event loop", Way::EventLoop), ("threading", Way::Threading), ("forking", Way::Forking)]
    {
        let [threads, children, kib] = measure(way, clients)?;
        session.line(format!("  {} {threads:>7}  {children:>8}  {kib:>12}", pad(name, 10)))?;
    }
    session.say(&text::PSS, &[])?;
    Ok(())
}

/// Each child adds 1 to a number of the parent's, and ends with it as its exit code.
fn counters_and_zombies(session: &Session) -> anyhow::Result<()> {
    let mut served = 0;
    let mut children = Vec::new();
    for _ in 0..CHILDREN {
        match fork()? {
            Fork::Child => {
                served += 1;
                exit_child(served)
            }
            Fork::Parent(child) => children.push(child),
        }
    }
    for child in &children {
        // Waits for its end, and leaves it uncollected.
        waitid(WaitId::Pid(*child), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
    }
    session.say(&text::ZOMBIES, &[("children", &CHILDREN), ("zombies", &zombies(&children))])?;
    let mut counted = Vec::new();
    for child in &children {
        let status = waitid(WaitId::Pid(*child), WaitIdOptions::EXITED)?;
        counted.push(status.and_then(|status| status.exit_status()).unwrap_or(-1).to_string());
    }
    session.say(&text::COUNTED, &[("counted", &counted.join(" ")), ("served", &served)])?;
    session.say(&text::COLLECTED, &[("zombies", &zombies(&children))])?;
    Ok(())
}

/// How many of them have ended and are not yet waited for.
fn zombies(children: &[Pid]) -> usize {
    let is_zombie = |child: &&Pid| {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z'))
    };
    children.iter().filter(is_zombie).count()
}

/// Threads and children of a server with so many clients, and its KiB for each of them.
fn measure(way: Way, clients: usize) -> anyhow::Result<[String; 3]> {
    let (ready, tell) = pipe()?;
    let server = match fork()? {
        Fork::Child => {
            let result = serve(way, clients, tell);
            exit_child(if result.is_ok() { 0 } else { 1 })
        }
        Fork::Parent(pid) => Child(pid),
    };
    drop(tell); // so that a server that fails is seen as the end
    let mut addr = String::new();
    BufReader::new(ready).read_line(&mut addr)?;
    let before = memory(server.0)?;
    let mut connections = Vec::new();
    for _ in 0..clients {
        let mut client = TcpStream::connect(addr.trim_end())?;
        client.set_read_timeout(Some(PATIENCE))?;
        // The answer says that there is somebody for it now, and from here on it is silent.
        client.write_all(b"?")?;
        client.read_exact(&mut [0])?;
        connections.push(client);
    }
    let children = children(server.0)?;
    let after = children
        .iter()
        .try_fold(memory(server.0)?, |sum, child| Ok::<_, anyhow::Error>(sum + memory(*child)?))?;
    let threads = fs::read_dir(format!("/proc/{}/task", server.0))?.count();
    let kib = after.saturating_sub(before) as f64 / clients as f64;
    Ok([threads.to_string(), children.len().to_string(), format!("{kib:.1}")])
}

/// Is a server, until it is ended.
fn serve(way: Way, clients: usize, tell: PipeWriter) -> anyhow::Result<()> {
    match way {
        Way::EventLoop => event_loop(tell),
        Way::Threading => framework(Threading::at_most(clients), tell),
        Way::Forking => framework(Forking::at_most(clients), tell),
    }
}

fn framework(dispatch: impl Dispatch, mut tell: PipeWriter) -> anyhow::Result<()> {
    let how = Listen { backlog: 1024, ..Listen::default() };
    let mut server: Server<Stream, _, _> = Server::with(&"127.0.0.1:0".parse()?, Echo, dispatch, &how)?;
    writeln!(tell, "{}", server.server_address())?;
    Ok(server.serve_forever()?)
}

fn event_loop(mut tell: PipeWriter) -> anyhow::Result<()> {
    let any: Addr = "127.0.0.1:0".parse()?;
    let listener = Listener::bind(&any, &Listen { backlog: 1024, ..Listen::default() })?;
    writeln!(tell, "{}", listener.addr())?;
    let mut events: EventLoop = EventLoop::new(Options::default())?;
    events.listen(listener)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match events.next_event(&mut buffer)? {
            Event::Received { id, bytes } => drop(events.send(id, bytes)),
            Event::Ended { id } => events.finish(id),
            _ => {}
        }
    }
}

/// Its share of memory, in KiB: a page that n processes share counts as 1/n of a page for each.
fn memory(pid: Pid) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let table = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    match table.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")) {
        Some(kib) => Ok(kib.trim().parse()?),
        None => bail!("{path} has no Pss"),
    }
}

fn children(pid: Pid) -> anyhow::Result<Vec<Pid>> {
    let numbers = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    Ok(numbers.split_whitespace().filter_map(|number| Pid::from_raw(number.parse().ok()?)).collect())
}

impl Drop for Child {
    fn drop(&mut self) {
        // Ours, and not yet waited for: the number is its own. A forking server's children end with it.
        let _ = kill_process(self.0, Signal::KILL);
        let _ = waitid(WaitId::Pid(self.0), WaitIdOptions::EXITED);
    }
}
