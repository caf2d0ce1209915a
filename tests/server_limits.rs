//! How many clients a server takes at once, and that closing it has a deadline.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod server_common;

use std::io;
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use netkit::net::{Addr, Socket};
use netkit::server::{Dispatch, Handler, Pooled, Server, Stream, Threading, ThreadingTcpServer};
use server_common::{A_MOMENT, SOON, any, bound, client, hears, in_time, rest, serve};

/// Greets, and stays until the client has gone.
struct Greeter;

impl Handler<Socket> for Greeter {
    fn handle(&self, client: &mut Socket, _: &Addr) -> io::Result<()> {
        client.send_all(b"hello")?;
        while client.recv(&mut [0; 64])? > 0 {}
        Ok(())
    }
}

/// Tells when it is called, and ends only when it is let go.
struct Endless(Sender<()>, Mutex<Receiver<()>>);

impl Handler<Socket> for Endless {
    fn handle(&self, _: &mut Socket, _: &Addr) -> io::Result<()> {
        let _ = self.0.send(());
        let _ = self.1.lock().unwrap().recv();
        Ok(())
    }
}

fn two_are_served_and_the_third_waits(dispatch: impl Dispatch + Send + 'static) {
    let serving = serve(bound::<Stream, _, _>(Greeter, dispatch));
    let mut served: Vec<Socket> = Vec::new();
    for _ in 0..2 {
        let mut next = client(&serving.addr);
        assert!(hears(&mut next, b"hello", SOON));
        served.push(next);
    }
    let mut waits = [client(&serving.addr), client(&serving.addr)];
    assert!(!hears(&mut waits[0], b"hello", A_MOMENT), "a third one at once");
    let [third, fourth] = &mut waits;
    drop(served.pop());
    assert!(hears(third, b"hello", SOON), "its turn has come");
    assert!(!hears(fourth, b"hello", A_MOMENT), "one place was free, not two");
    drop(served.pop());
    assert!(hears(fourth, b"hello", SOON));
    drop(waits);
    assert_eq!(serving.stop().server_close(), 0);
}

#[test]
fn threads_are_bounded() {
    two_are_served_and_the_third_waits(Threading::at_most(2));
}

#[test]
fn workers_are_bounded() {
    two_are_served_and_the_third_waits(Pooled::with_workers(2));
}

#[test]
fn none_is_taken_for_one() {
    for taken in [0, 1] {
        let serving = serve(bound::<Stream, _, _>(Greeter, Threading::at_most(taken)));
        assert!(hears(&mut client(&serving.addr), b"hello", SOON));
        let serving = serve(bound::<Stream, _, _>(Greeter, Pooled::with_workers(taken)));
        assert!(hears(&mut client(&serving.addr), b"hello", SOON));
    }
}

/// A place that becomes free is noticed though its client was taken by an earlier call.
fn the_limit_holds_across_calls(dispatch: impl Dispatch + Send + 'static) {
    let mut server = bound::<Stream, _, _>(Greeter, dispatch);
    let addr = server.server_address().clone();
    let (mut first, mut second) = (client(&addr), client(&addr));
    assert!(server.handle_request(SOON).unwrap());
    assert!(hears(&mut first, b"hello", SOON));
    assert!(!server.handle_request(A_MOMENT).unwrap(), "there is no room for the second one");
    let serving = serve(server);
    assert!(!hears(&mut second, b"hello", A_MOMENT));
    drop(first);
    assert!(hears(&mut second, b"hello", SOON), "the loop was not woken");
    drop(second);
    assert_eq!(serving.stop().server_close(), 0);
}

#[test]
fn threads_are_bounded_across_calls() {
    the_limit_holds_across_calls(Threading::at_most(1));
}

#[test]
fn workers_are_bounded_across_calls() {
    the_limit_holds_across_calls(Pooled::with_workers(1));
}

mod closing {
    use super::*;

    /// SEMANTICS 6.3, item 19: Python waits for an idle client for ever.
    fn ends_idle_clients(dispatch: impl Dispatch + Send + 'static) {
        let serving = serve(bound::<Stream, _, _>(Greeter, dispatch));
        let mut idle: Vec<Socket> = (0..3).map(|_| client(&serving.addr)).collect();
        for client in &mut idle {
            assert!(hears(client, b"hello", SOON));
        }
        let mut server = serving.stop();
        assert_eq!(in_time("server_close", move || server.server_close()), 0, "all have ended");
        for client in &idle {
            assert_eq!(rest(client), b"");
        }
    }

    #[test]
    fn threads_that_wait_for_their_clients() {
        ends_idle_clients(Threading::default());
    }

    #[test]
    fn workers_that_wait_for_their_clients() {
        ends_idle_clients(Pooled::with_workers(3));
    }

    fn says_how_many_are_left(dispatch: impl Dispatch + Send + 'static) {
        let (called, calls) = channel();
        let (let_go, gate) = channel();
        let serving = serve(bound::<Stream, _, _>(Endless(called, Mutex::new(gate)), dispatch));
        let clients = [client(&serving.addr), client(&serving.addr)];
        for _ in &clients {
            calls.recv_timeout(SOON).unwrap();
        }
        let mut server = serving.stop();
        let (left, server) = in_time("server_close", move || (server.server_close(), server));
        assert_eq!(left, 2);
        // What was waited for in vain is not waited for again.
        let begun = Instant::now();
        drop(server);
        assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
        drop(let_go);
        for client in &clients {
            assert_eq!(rest(client), b"");
        }
    }

    #[test]
    fn threads_that_never_end() {
        says_how_many_are_left(Threading::default());
    }

    #[test]
    fn workers_that_never_end() {
        says_how_many_are_left(Pooled::with_workers(2));
    }

    #[test]
    fn twice_is_harmless_and_the_port_is_free() {
        let mut server: ThreadingTcpServer<Greeter> = Server::bind(&any(), Greeter).unwrap();
        let addr = server.server_address().clone();
        let in_use = Server::<Stream, _, Threading>::bind(&addr, Greeter).err().unwrap();
        assert_eq!(in_use.kind(), io::ErrorKind::AddrInUse);
        assert_eq!((server.server_close(), server.server_close()), (0, 0));
        assert!(TcpStream::connect(addr.to_string()).is_err(), "nobody listens");
        let again: ThreadingTcpServer<Greeter> = Server::bind(&addr, Greeter).unwrap();
        assert_eq!(again.server_address(), &addr);
        in_time("serve_forever", move || server.serve_forever().unwrap());
    }

    #[test]
    fn dropping_closes() {
        let server = bound::<Stream, _, _>(Greeter, Threading::default());
        let serving = serve(server);
        let mut idle = client(&serving.addr);
        assert!(hears(&mut idle, b"hello", SOON));
        let server = serving.stop();
        in_time("drop", move || drop(server));
        assert_eq!(rest(&idle), b"");
    }
}

/// Refuses the first so many clients.
struct Picky(AtomicUsize);

impl Handler<Socket> for Picky {
    fn verify_request(&self, _: &Socket, _: &Addr) -> bool {
        let left = self.0.load(Ordering::SeqCst);
        self.0.store(left.saturating_sub(1), Ordering::SeqCst);
        left == 0
    }

    fn handle(&self, client: &mut Socket, peer: &Addr) -> io::Result<()> {
        Greeter.handle(client, peer)
    }
}

/// The goodbye to a refused client may last a second: not in the thread that serves the others.
#[test]
fn who_is_refused_holds_up_nobody() {
    const REFUSED: usize = 8;
    let picky = Picky(AtomicUsize::new(REFUSED));
    let serving = serve(bound::<Stream, _, _>(picky, Threading::default()));
    let refused: Vec<Socket> = (0..REFUSED).map(|_| client(&serving.addr)).collect();
    // They stay, and say nothing: each goodbye takes its whole second.
    let begun = Instant::now();
    assert!(hears(&mut client(&serving.addr), b"hello", SOON));
    assert!(begun.elapsed() < Duration::from_secs(4), "after {:?}: they were waited for", begun.elapsed());
    drop(refused);
    assert_eq!(serving.stop().server_close(), 0);
}
