//! Nothing is left of 200 clients. Alone in its program, because it counts everything in it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod server_common;

use std::io::ErrorKind;
use std::sync::mpsc::channel;

use lab::Deadline;
use netkit::net::{Addr, Listen};
use netkit::server::{
    Datagrams, Dispatch, Handler, Inline, Pooled, Server, Step, Stream, Threading, Transport,
};
use server_common::{Echo, SOON, answer, bound, serve};

/// What this process has open, and how many threads run in it.
fn taken() -> (Vec<u32>, usize) {
    let pid = std::process::id();
    (lab::proc::descriptors(pid).unwrap(), lab::proc::threads(pid).unwrap())
}

fn comes_back_to(before: &(Vec<u32>, usize)) {
    assert!(lab::until(Deadline::after(SOON), || taken() == *before), "{:?}, not {before:?}", taken());
}

/// `workers`: threads that stay while it serves.
fn serves_two_hundred(dispatch: impl Dispatch + Send + 'static, workers: usize) {
    let before = taken();
    let mut server = bound::<Stream, _, _>(Echo, dispatch);
    let (sender, closes) = channel();
    server.on_step(move |step| {
        if step == Step::CloseRequest {
            sender.send(()).unwrap();
        }
    });
    let serving = serve(server);
    assert_eq!(answer(&serving.addr, b"first"), b"first");
    // Its answer has come; now its connection has gone, too.
    closes.recv_timeout(SOON).unwrap();
    // Its own thread, and the workers.
    let threads = before.1 + 1 + workers;
    let settled = || lab::proc::threads(std::process::id()).unwrap() == threads;
    assert!(lab::until(Deadline::after(SOON), settled));
    let while_serving = taken();
    for _ in 0..200 {
        assert_eq!(answer(&serving.addr, b"hello"), b"hello");
    }
    comes_back_to(&while_serving);
    let mut server = serving.stop();
    assert_eq!((server.served(), server.server_close()), (201, 0));
    drop((server, serving));
    comes_back_to(&before);
}

fn fails_in_vain<T: Transport>(addr: &Addr, kind: ErrorKind)
where
    Echo: Handler<T::Request>,
{
    let before = taken();
    for _ in 0..20 {
        let failed: Result<Server<T, _, _>, _> = Server::with(addr, Echo, Inline, &Listen::default());
        assert_eq!(failed.err().unwrap().kind(), kind);
    }
    assert_eq!(taken(), before);
}

#[test]
fn everything_comes_back() {
    serves_two_hundred(Inline, 0);
    serves_two_hundred(Threading::default(), 0);
    serves_two_hundred(Pooled::with_workers(3), 3);

    let folder = tempfile::tempdir().unwrap();
    let path = Addr::Unix(folder.path().join("server"));
    let stream: Server<Stream, _, Inline> = Server::bind(&"127.0.0.1:0".parse().unwrap(), Echo).unwrap();
    let datagrams: Server<Datagrams, _, Inline> =
        Server::bind(&"127.0.0.1:0".parse().unwrap(), Echo).unwrap();
    let unix: Server<Stream, _, Inline> = Server::bind(&path, Echo).unwrap();
    fails_in_vain::<Stream>(stream.server_address(), ErrorKind::AddrInUse);
    fails_in_vain::<Datagrams>(datagrams.server_address(), ErrorKind::AddrInUse);
    fails_in_vain::<Stream>(&path, ErrorKind::AddrInUse);
    drop(unix);
    let nowhere = Addr::Unix(folder.path().join("no/folder"));
    fails_in_vain::<Stream>(&nowhere, ErrorKind::NotFound);
}
