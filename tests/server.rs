//! What `netkit::server` promises: every transport with every dispatch, and stopping from anywhere.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod server_common;

use std::io;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant};

use netkit::net::{Addr, Listen, Socket};
use netkit::server::{
    Datagrams, Dispatch, Fault, Forking, Handler, Inline, Pooled, Server, Shutdown, Started, Stream, Task,
    TcpServer, Threading, Transport,
};
use netkit::sys::{Stop, fork};
use rstest::rstest;
use server_common::{Echo, SOON, Way, answer, answer_to_datagram, any, bound, client, in_time, rest, serve};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Tcp,
    Udp,
    UnixStream,
    UnixDatagram,
}

/// Serves three requests, one after the other, and stops.
fn exchange<T, D>(from: From, dispatch: D)
where
    T: Transport + Send + 'static,
    D: Dispatch + Send + 'static,
    Echo: Handler<T::Request>,
{
    let folder = tempfile::tempdir().unwrap();
    let is_unix = matches!(from, From::UnixStream | From::UnixDatagram);
    let addr = if is_unix { Addr::Unix(folder.path().join("server")) } else { any() };
    let server: Server<T, Echo, D> = Server::with(&addr, Echo, dispatch, &Listen::default()).unwrap();
    let serving = serve(server);
    for request in ["one", "two", "三"] {
        let answered = match from {
            From::Tcp | From::UnixStream => answer(&serving.addr, request.as_bytes()),
            _ => answer_to_datagram(&serving.addr, folder.path(), request, request.as_bytes()),
        };
        assert_eq!(answered, request.as_bytes());
    }
    let mut server = serving.stop();
    assert_eq!(server.served(), 3);
    assert_eq!(server.server_close(), 0);
    drop(server);
    assert!(!folder.path().join("server").exists(), "the path goes with the server");
}

#[rstest]
fn a_request_is_answered(
    #[values(From::Tcp, From::Udp, From::UnixStream, From::UnixDatagram)] from: From,
    #[values(Way::Inline, Way::Threading, Way::Pooled)] way: Way,
) {
    match (from, way) {
        (From::Tcp | From::UnixStream, Way::Inline) => exchange::<Stream, _>(from, Inline),
        (From::Tcp | From::UnixStream, Way::Threading) => exchange::<Stream, _>(from, Threading::default()),
        (From::Tcp | From::UnixStream, Way::Pooled) => exchange::<Stream, _>(from, Pooled::default()),
        (_, Way::Inline) => exchange::<Datagrams, _>(from, Inline),
        (_, Way::Threading) => exchange::<Datagrams, _>(from, Threading::default()),
        (_, Way::Pooled) => exchange::<Datagrams, _>(from, Pooled::default()),
    }
}

/// SEMANTICS 6.4, item 29: Python cuts at 8,192 bytes without a word.
#[rstest]
#[case::udp(false, &[0, 1, 8_192, 8_193, 65_507])]
#[case::unix(true, &[0, 1, 8_193, 65_535, 65_536, 150_000])]
fn a_datagram_arrives_whole(#[case] is_unix: bool, #[case] sizes: &[usize]) {
    let folder = tempfile::tempdir().unwrap();
    let addr = if is_unix { Addr::Unix(folder.path().join("server")) } else { any() };
    let server: Server<Datagrams, _, _> = Server::with(&addr, Echo, Inline, &Listen::default()).unwrap();
    let serving = serve(server);
    for &size in sizes {
        let sent: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        let answered = answer_to_datagram(&serving.addr, folder.path(), &format!("client {size}"), &sent);
        assert!(answered == sent, "{size} bytes were sent, {} came back", answered.len());
    }
    serving.stop();
}

mod shutting_down {
    use super::*;

    /// Shuts its own server down, and tells the client when that has returned.
    struct Stopper(Arc<OnceLock<Shutdown>>);

    impl Handler<Socket> for Stopper {
        fn handle(&self, client: &mut Socket, _: &Addr) -> io::Result<()> {
            if let Some(shutdown) = self.0.get() {
                shutdown.shutdown();
            }
            Ok(client.send_all(b"it returned")?)
        }
    }

    /// SEMANTICS 6.2, items 12 to 14: Python hangs before serving and in an inline handler.
    #[test]
    fn before_serving_returns_at_once_and_so_does_serving() {
        let mut server: TcpServer<Echo> = Server::bind(&any(), Echo).unwrap();
        let handle = server.shutdown_handle();
        in_time("shutdown before", move || handle.shutdown());
        let waits = client(server.server_address());
        in_time("serve_forever", move || {
            server.serve_forever().unwrap();
            assert_eq!(server.served(), 0, "a stopped server takes nobody");
        });
        drop(waits);
    }

    #[rstest]
    fn while_serving_and_after_and_twice(#[values(Way::Inline, Way::Threading, Way::Pooled)] way: Way) {
        let serving = serve(bound::<Stream, _, _>(Echo, Boxed(way.with_room(8))));
        assert_eq!(answer(&serving.addr, b"it serves"), b"it serves");
        let mut server = serving.stop();
        let handle = serving.shutdown.clone();
        in_time("shutdown after", move || {
            handle.shutdown();
            handle.shutdown();
        });
        in_time("serve_forever after", move || server.serve_forever().unwrap());
    }

    #[rstest]
    fn from_a_handler(#[values(Way::Inline, Way::Threading, Way::Pooled)] way: Way) {
        let handle = Arc::new(OnceLock::new());
        let server = bound::<Stream, _, _>(Stopper(Arc::clone(&handle)), Boxed(way.with_room(8)));
        handle.set(server.shutdown_handle()).unwrap();
        let serving = serve(server);
        assert_eq!(answer(&serving.addr, b""), b"it returned");
        assert_eq!(serving.ended().server_close(), 0);
    }

    #[test]
    fn from_many_threads_at_once() {
        let serving = serve(bound::<Stream, _, _>(Echo, Inline));
        let (sender, ends) = mpsc::channel();
        for number in 0..8 {
            let (handle, sender) = (serving.shutdown.clone(), sender.clone());
            let stopping = move || {
                handle.shutdown();
                sender.send(number)
            };
            std::thread::Builder::new().name(format!("stopper {number}")).spawn(stopping).unwrap();
        }
        for _ in 0..8 {
            ends.recv_timeout(SOON).expect("a shutdown did not return");
        }
        serving.ended();
    }

    /// `shutdown` promises that serving has ended when it returns, not only that it will.
    #[test]
    fn has_ended_when_it_returns() {
        for _ in 0..50 {
            let stop = Stop::new().unwrap();
            let how = Listen { stop: Some(stop), ..Listen::default() };
            let server: Server<Stream, _, _> = Server::with(&any(), Echo, Inline, &how).unwrap();
            let serving = serve(server);
            // It is serving when this is answered.
            assert_eq!(answer(&serving.addr, b"?"), b"?");
            let shutdown = serving.shutdown.clone();
            in_time("shutdown", move || shutdown.shutdown());
            let waits = client(&serving.addr);
            let server = serving.ended();
            assert_eq!(server.served(), 1);
            drop(waits);
        }
    }

    #[test]
    fn by_its_stop_switch() {
        let stop = Stop::new().unwrap();
        let how = Listen { stop: Some(stop.clone()), ..Listen::default() };
        let server: Server<Stream, _, _> = Server::with(&any(), Echo, Threading::default(), &how).unwrap();
        let serving = serve(server);
        let idle = client(&serving.addr);
        idle.send_all(b"x").unwrap();
        assert_eq!(idle.recv(&mut [0; 8]).unwrap(), 1);
        stop.request();
        assert_eq!(rest(&idle), b"", "an idle client sees the end of the stream");
        drop(idle);
        assert_eq!(serving.ended().server_close(), 0);
    }
}

/// A dispatch whose kind is chosen at run time.
struct Boxed(Box<dyn Dispatch + Send>);

impl Dispatch for Boxed {
    fn begin(&mut self, waker: &netkit::selector::Waker) -> io::Result<()> {
        self.0.begin(waker)
    }

    fn has_room(&self) -> bool {
        self.0.has_room()
    }

    fn process_request(&mut self, task: Task) -> io::Result<Started> {
        self.0.process_request(task)
    }

    fn close(&mut self, deadline: Instant) -> usize {
        self.0.close(deadline)
    }
}

mod one_request {
    use super::*;

    #[test]
    fn a_timeout_is_no_request() {
        let mut server: TcpServer<Echo> = Server::bind(&any(), Echo).unwrap();
        let begun = Instant::now();
        assert!(!server.handle_request(Duration::from_millis(30)).unwrap());
        assert!(begun.elapsed() >= Duration::from_millis(30));
        assert!(!server.handle_request(Duration::ZERO).unwrap());
    }

    #[test]
    fn is_the_only_one() {
        let mut server: Server<Datagrams, _, Inline> = Server::bind(&any(), Echo).unwrap();
        let addr = server.server_address().clone();
        let asked = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        for request in ["one", "two"] {
            asked.send_to(request.as_bytes(), addr.to_string()).unwrap();
        }
        assert!(server.handle_request(SOON).unwrap());
        assert_eq!(server.served(), 1);
        // "No limit" is a time like any other.
        assert!(server.handle_request(Duration::MAX).unwrap());
        assert!(!server.handle_request(Duration::ZERO).unwrap());
        assert_eq!(server.served(), 2);
    }

    #[test]
    fn is_none_after_a_shutdown_or_a_close() {
        let mut server: TcpServer<Echo> = Server::bind(&any(), Echo).unwrap();
        let waits = client(server.server_address());
        server.shutdown_handle().shutdown();
        assert!(!server.handle_request(SOON).unwrap());
        server.server_close();
        assert!(!server.handle_request(SOON).unwrap());
        drop(waits);
    }
}

mod forking_in_a_program_with_threads {
    use super::*;

    /// SEMANTICS 7.7: libtest runs every test in a thread of its own.
    #[test]
    fn is_refused() {
        let error = fork().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Unsupported);
        assert!(error.to_string().contains("a lock of another one would never open"), "{error}");
    }

    struct Told(mpsc::SyncSender<io::ErrorKind>);

    impl Handler<Socket> for Told {
        fn handle(&self, _: &mut Socket, _: &Addr) -> io::Result<()> {
            panic!("nobody can run this")
        }

        fn handle_error(&self, _: &Addr, fault: &Fault) {
            let Fault::Error(error) = fault else { panic!("{fault}") };
            self.0.send(error.kind()).unwrap();
        }
    }

    #[test]
    fn costs_the_client_and_not_the_server() {
        let (sender, told) = mpsc::sync_channel(8);
        let serving = serve(bound::<Stream, _, _>(Told(sender), Forking::default()));
        for _ in 0..2 {
            assert_eq!(rest(&client(&serving.addr)), b"");
            assert_eq!(told.recv_timeout(SOON).unwrap(), io::ErrorKind::Unsupported);
        }
        assert_eq!(serving.stop().server_close(), 0);
    }
}
