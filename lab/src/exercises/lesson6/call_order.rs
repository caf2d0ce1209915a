//! call-order: the steps of SocketServer, as they are printed.

use crate::lessons::common;
use crate::{Check, Failure, Peer, Server, Stream, Suite, Trial, until};

pub(super) static CALL_ORDER: Suite = Suite {
    name: "call-order",
    about: "A server that prints the steps of SocketServer as it takes them",
    checks: &[
        Check {
            name: "one-request",
            points: 1,
            means: "The last step of the chain ends the stream: the client knows that it has got all.",
            run: |trial| talk(trial.serve(&[])?.connect()?),
        },
        Check {
            name: "constructor",
            points: 1,
            means: "A constructor calls that of its base first: binding needs the settings that the base keeps.",
            run: constructor,
        },
        Check {
            name: "order",
            points: 2,
            means: "Get, verify, process, finish: each step is a method that a subclass may replace.",
            run: order,
        },
        Check {
            name: "panic",
            points: 3,
            means: "A handler may fail. What setup took is given back, the stream is ended, the server serves on.",
            run: panic,
        },
        Check {
            name: "refused",
            points: 2,
            means: "verify_request decides before any handler is made; a refused client sees the end of the stream.",
            run: refused,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A client may be gone at every step. That ends one request, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b"world\n"),
        },
    ],
};

/// The steps of one request that goes well.
const REQUEST: [&str; 9] = [
    "get_request",
    "verify_request",
    "process_request",
    "finish_request",
    "setup",
    "handle",
    "finish",
    "shutdown_request",
    "close_request",
];

const CONSTRUCTOR: [&str; 4] = ["base_init", "server_bind", "server_activate", "serve_forever"];

fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.send(b"world\n")?;
    peer.expect_all(b"hello world\n")
}

fn constructor(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    let printed = server.subject.tail(Stream::Stdout, usize::MAX);
    expect_chain(&steps(printed.clone()), &CONSTRUCTOR, "before the first client")?;
    let at = |wanted: &str| printed.iter().position(|line| line.starts_with(wanted));
    if at("server_activate") > at("listening on ") {
        let why = "`listening on …` comes before `server_activate`: who reads it could not connect yet";
        return Err(Failure::new(why));
    }
    Ok(())
}

fn order(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for number in 1..=2 {
        let word = trial.random.word(8);
        let mut peer = server.connect()?;
        // While the handler waits for its line the chain has come this far, and no further.
        let waits =
            until(server.deadline(), || steps_of(&server, number).iter().any(|step| step == "handle"));
        let so_far = steps_of(&server, number);
        let early = REQUEST[6..].iter().find(|step| so_far.iter().any(|taken| taken == *step));
        if let (true, Some(early)) = (waits, early) {
            let why =
                format!("`{early}` comes while the client has not sent its line: steps print as they begin");
            return Err(with_trace(&why, &so_far));
        }
        peer.send(format!("{word}\n").as_bytes())?;
        peer.expect_all(format!("hello {word}\n").as_bytes())?;
        expect_chain(&whole_request(&server, number), &REQUEST, &format!("request {number}"))?;
    }
    Ok(())
}

fn panic(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    let mut peer = server.connect()?;
    peer.send(b"panic\n")?;
    // Ended in order or reset: the trace tells more.
    let hung_up = peer.expect_hang_up();
    let trace = whole_request(&server, 2);
    server.expect_alive("a panic in handle")?;
    expect_chain(&trace, &REQUEST, "after a panic in handle")?;
    for chain in [["handle", "handle_error"], ["handle_error", "shutdown_request"]] {
        expect_chain(&trace, &chain, "after a panic in handle")?;
    }
    hung_up.map_err(|failure| failure.when("after a panic in handle"))?;
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a panic in handle"))?;
    expect_chain(&whole_request(&server, 3), &REQUEST, "the request after a panic")
}

fn refused(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--refuse"])?;
    let mut peer = server.connect()?;
    // One that is served although it is refused must not hang for want of a line.
    peer.half_close();
    let end = peer.read_to_end(1024);
    let trace = whole_request(&server, 1);
    for step in &REQUEST[2..7] {
        if trace.iter().any(|taken| taken == step) {
            let why = format!(
                "with --refuse `{step}` comes although verify_request has said no: there is no handler"
            );
            return Err(with_trace(&why, &trace));
        }
    }
    let said = end.map_err(|failure| failure.when("a client that is refused"))?;
    if !said.is_empty() {
        return Err(
            Failure::new("a client that is refused reads the end at once, nothing else").received(&said)
        );
    }
    let expected = ["get_request", "verify_request", "shutdown_request", "close_request"];
    expect_chain(&trace, &expected, "a client that is refused")
}

/// Waits for the last step of the request with this number, counted from one; gives back all its steps.
fn whole_request(server: &Server, number: usize) -> Vec<String> {
    let is_over = || steps_of(server, number).last().is_some_and(|step| step == "close_request");
    until(server.deadline(), || is_over() || !server.subject.is_alive());
    steps_of(server, number)
}

/// The steps of one request so far: those after the `close_request` of the one before, up to its own.
fn steps_of(server: &Server, number: usize) -> Vec<String> {
    let taken = steps(server.subject.tail(Stream::Stdout, usize::MAX));
    let requests = taken.split_inclusive(|step| step == "close_request");
    requests.into_iter().nth(number - 1).unwrap_or_default().to_vec()
}

/// The lines that are names of steps.
fn steps(mut printed: Vec<String>) -> Vec<String> {
    let known = |line: &str| CONSTRUCTOR.contains(&line) || REQUEST.contains(&line) || line == "handle_error";
    printed.retain(|line| known(line));
    printed
}

/// That each step of `chain` was taken once, and in this order; others may stand between.
fn expect_chain(trace: &[String], chain: &[&str], when: &str) -> Result<(), Failure> {
    let places = |step: &str| (0..trace.len()).filter(|&at| trace[at] == step).collect::<Vec<_>>();
    if let Some(step) = chain.iter().find(|step| places(step).is_empty()) {
        return Err(with_trace(&format!("{when}: `{step}` is missing; {}", why(step)), trace));
    }
    // accept may be tried in vain; every other step has its one place.
    if let Some(step) = chain.iter().find(|&&step| step != "get_request" && places(step).len() > 1) {
        return Err(with_trace(&format!("{when}: `{step}` comes more than once"), trace));
    }
    for pair in chain.windows(2) {
        let (earlier, later) = (pair[0], pair[1]);
        if places(later) < places(earlier) {
            let why = format!("{when}: `{later}` comes before `{earlier}`; {}", why(earlier));
            return Err(with_trace(&why, trace));
        }
    }
    Ok(())
}

fn with_trace(why: &str, trace: &[String]) -> Failure {
    Failure::new(why).fact(format!("the steps were: {}", trace.join(" → ")))
}

/// What a step is for.
fn why(step: &str) -> &'static str {
    match step {
        "base_init" => "the base keeps the settings that binding needs",
        "server_bind" => "the address is what clients are told",
        "server_activate" => "until the server listens, clients are refused",
        "serve_forever" => "the loop is what calls all the others",
        "get_request" => "there is no request before accept",
        "verify_request" => "who may be refused is asked before anything is done for the client",
        "process_request" => "this is the step that ThreadingMixIn and ForkingMixIn replace",
        "finish_request" => "this is the step that makes a handler",
        "setup" => "the handler gets its files before it handles",
        "handle" => "this is the work itself",
        "finish" => "finish gives back what setup has taken, however handle has ended",
        "handle_error" => "somebody must be told of the error",
        _ => "the client waits for the end of the stream, whatever became of its handler",
    }
}
