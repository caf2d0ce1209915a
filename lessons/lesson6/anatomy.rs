//! # Anatomy
//!
//! You will learn: the steps of one request, in the order in which they really happen, and in which
//! thread or process each of them runs.
//! Run it: `cargo run --bin lesson6 anatomy`
//! Python: read `socketserver.py` beside it; the documents have the first two steps swapped.
//! Try: let `Echo::handle` panic, and look which steps still come.

use std::any::type_name;
use std::io::{PipeReader, Read, pipe};
use std::time::Duration;

use netkit::cli::Session;
use netkit::net::{Addr, Connect, Listen, Socket, connect};
use netkit::server::{
    Dispatch, Forking, ForkingTcpServer, Inline, Pooled, PooledTcpServer, Server, Step, Stream, TcpServer,
    Threading, ThreadingTcpServer, UdpServer, UnixStreamServer,
};
use netkit::trace::{Direction, Trace};

use crate::concurrency;
use crate::handlers::Echo;
use crate::text::anatomy as text;

pub fn run(session: &Session) -> anyhow::Result<()> {
    session.say(&text::TITLE, &[])?;
    constructor(session)?;
    // Forking comes before threads are started: it is only sound in a process with one thread.
    one_request(session, "inline", Inline)?;
    one_request(session, "forking", Forking::default())?;
    one_request(session, "threading", Threading::default())?;
    one_request(session, "pooled", Pooled::with_workers(2))?;
    concurrency::run(session)?;
    chart(session)
}

/// What is called before there is a first request.
fn constructor(session: &Session) -> anyhow::Result<()> {
    session.say(&text::CONSTRUCTOR, &[])?;
    let calls = calls_of_the_constructor()?;
    // `[process thread] bind(fd, address) -> ok`: the name is enough.
    let names = calls.lines().filter_map(|call| call.split_once("] ")?.1.split('(').next());
    for name in names.take_while(|name| *name != "close") {
        session.line(format!("  {name}"))?;
    }
    session.say(&text::PYTHONS, &[])?;
    Ok(())
}

fn calls_of_the_constructor() -> anyhow::Result<String> {
    let (mut calls, writer): (PipeReader, _) = pipe()?;
    let trace = Trace::new("server", Some(Box::new(writer)), None);
    let how = Listen { trace, ..Listen::default() };
    let server: Server<Stream, _, _> = Server::with(&"127.0.0.1:0".parse()?, Echo, Inline, &how)?;
    drop((server, how)); // the last ones who could write: now the pipe has an end
    let mut text = String::new();
    calls.read_to_string(&mut text)?;
    Ok(text)
}

/// Lets one client through a server, and prints every step as it is taken.
fn one_request(session: &Session, name: &str, dispatch: impl Dispatch) -> anyhow::Result<()> {
    session.line(format!("\n{name}:"))?;
    let any: Addr = "127.0.0.1:0".parse()?;
    let mut server: Server<Stream, _, _> = Server::with(&any, Echo, dispatch, &Listen::default())?;
    let recorder = session.clone();
    server.on_step(move |step| {
        // Nobody reads any more: then nobody misses the line.
        let _ = recorder.line(format!("  [{}] {}", place(), name_of(step)));
    });
    // The kernel makes the connection and keeps what is sent, before anybody accepts it.
    let client = connect(
        server.server_address(),
        &Connect { timeout: Some(Duration::from_secs(2)), ..Connect::default() },
    )?;
    client.send_all(b"hello")?;
    client.shutdown(Direction::Write)?;
    server.handle_request(Duration::from_secs(2))?;
    read_to_end(&client)?;
    client.close();
    server.server_close();
    Ok(())
}

fn read_to_end(client: &Socket) -> std::io::Result<()> {
    while client.recv(&mut [0; 64])? > 0 {}
    Ok(())
}

/// Where we are: the process and the thread.
fn place() -> String {
    let thread = std::thread::current();
    format!("process {} {}", std::process::id(), thread.name().unwrap_or("?"))
}

fn name_of(step: Step) -> &'static str {
    match step {
        Step::ServeForever => "serve_forever",
        Step::GetRequest => "get_request",
        Step::VerifyRequest => "verify_request",
        Step::ProcessRequest => "process_request",
        Step::FinishRequest => "finish_request",
        Step::Setup => "setup",
        Step::Handle => "handle",
        Step::Finish => "finish",
        Step::HandleError => "handle_error",
        Step::ShutdownRequest => "shutdown_request",
        Step::CloseRequest => "close_request",
    }
}

/// What the names stand for, as the compiler knows them.
fn chart(session: &Session) -> anyhow::Result<()> {
    session.say(&text::CHART, &[])?;
    let rows = [
        ("TcpServer", type_name::<TcpServer<Echo>>()),
        ("ThreadingTcpServer", type_name::<ThreadingTcpServer<Echo>>()),
        ("ForkingTcpServer", type_name::<ForkingTcpServer<Echo>>()),
        ("PooledTcpServer", type_name::<PooledTcpServer<Echo>>()),
        ("UdpServer", type_name::<UdpServer<Echo>>()),
        ("UnixStreamServer", type_name::<UnixStreamServer<Echo>>()),
    ];
    for (name, full) in rows {
        session.line(format!("  {name:<18} = {}", without_paths(full)))?;
    }
    Ok(())
}

/// `a::b::Server<c::Stream, d::Echo>` as `Server<Stream, Echo>`.
fn without_paths(full: &str) -> String {
    let words = full.split_inclusive(['<', ' ', ',', '>']);
    words.map(|word| word.rsplit("::").next().unwrap_or(word)).collect()
}
