//! What the tests of `netkit::server` share: a server in a thread of its own, and clients.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use netkit::net::{Addr, Connect, Datagram, Kind, Listen, Socket, connect};
use netkit::server::{Dispatch, Handler, Inline, Packet, Pooled, Server, Shutdown, Threading, Transport};
use netkit::trace::{Direction, Trace};

/// A bound against hanging, generous for a busy machine.
pub const SOON: Duration = Duration::from_secs(5);

/// Long enough to see that nothing comes.
pub const A_MOMENT: Duration = Duration::from_millis(100);

/// A server that is served in a thread of its own.
pub struct Serving<S> {
    pub addr: Addr,
    pub shutdown: Shutdown,
    done: Receiver<(S, io::Result<()>)>,
}

/// Serves for ever, or until [`Serving::stop`].
pub fn serve<T, H, D>(mut server: Server<T, H, D>) -> Serving<Server<T, H, D>>
where
    T: Transport + Send + 'static,
    H: Handler<T::Request>,
    D: Dispatch + Send + 'static,
{
    let (addr, shutdown) = (server.server_address().clone(), server.shutdown_handle());
    let (sender, done) = channel();
    let serving = move || {
        let result = server.serve_forever();
        // A test that has failed does not wait for it any more.
        let _ = sender.send((server, result));
    };
    thread::Builder::new().name("server".into()).spawn(serving).unwrap();
    Serving { addr, shutdown, done }
}

impl<S> Serving<S> {
    /// Stops it and gives it back.
    pub fn stop(&self) -> S {
        let shutdown = self.shutdown.clone();
        in_time("shutdown", move || shutdown.shutdown());
        self.ended()
    }

    /// Waits until serving has ended.
    pub fn ended(&self) -> S {
        let (server, result) = self.done.recv_timeout(SOON).expect("serve_forever did not end");
        result.unwrap();
        server
    }
}

impl<S> Drop for Serving<S> {
    fn drop(&mut self) {
        self.shutdown.stop().request();
    }
}

/// The result of `act`, which must come soon.
pub fn in_time<T: Send + 'static>(what: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    thread::Builder::new().name(what.into()).spawn(move || sender.send(act())).unwrap();
    receiver.recv_timeout(SOON).unwrap_or_else(|error| panic!("{what}: {error}"))
}

pub fn any() -> Addr {
    "127.0.0.1:0".parse().unwrap()
}

/// A server on a free port, not yet serving.
pub fn bound<T: Transport, H: Handler<T::Request>, D: Dispatch>(handler: H, dispatch: D) -> Server<T, H, D> {
    Server::with(&any(), handler, dispatch, &Listen::default()).unwrap()
}

/// Sends everything back.
pub struct Echo;

impl Handler<Socket> for Echo {
    fn handle(&self, client: &mut Socket, _: &Addr) -> io::Result<()> {
        let mut buffer = [0; 4096];
        loop {
            match client.recv(&mut buffer)? {
                0 => return Ok(()),
                received => client.send_all(&buffer[..received])?,
            }
        }
    }
}

impl Handler<Packet> for Echo {
    fn handle(&self, packet: &mut Packet, _: &Addr) -> io::Result<()> {
        packet.reply(&packet.data)
    }
}

/// A way to run handlers that has no type of its own, so that rstest can list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Inline,
    Threading,
    Pooled,
}

impl Way {
    /// With room for so many clients (not inline, which has room for one).
    pub fn with_room(self, clients: usize) -> Box<dyn Dispatch + Send> {
        match self {
            Way::Inline => Box::new(Inline),
            Way::Threading => Box::new(Threading::at_most(clients)),
            Way::Pooled => Box::new(Pooled::with_workers(clients)),
        }
    }
}

pub fn client(addr: &Addr) -> Socket {
    connect(addr, &Connect { timeout: Some(SOON), ..Connect::default() }).unwrap()
}

/// Everything until the end of the stream.
pub fn rest(client: &Socket) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), vec![0; 65_536]);
    loop {
        match client.recv(&mut buffer).unwrap() {
            0 => return all,
            received => all.extend(&buffer[..received]),
        }
    }
}

/// What a stream server answers to `request`.
pub fn answer(addr: &Addr, request: &[u8]) -> Vec<u8> {
    let client = client(addr);
    client.send_all(request).unwrap();
    client.shutdown(Direction::Write).unwrap();
    rest(&client)
}

/// Whether the client is told `word` now; `false` after a moment of silence.
pub fn hears(client: &mut Socket, word: &[u8], patience: Duration) -> bool {
    client.set_timeout(Some(patience)).unwrap();
    let mut buffer = vec![0; word.len()];
    match client.recv(&mut buffer) {
        Ok(received) => {
            assert_eq!(&buffer[..received], word);
            true
        }
        Err(error) if error.kind() == io::ErrorKind::TimedOut => false,
        Err(error) => panic!("{error}"),
    }
}

/// What a datagram server answers to `request`, sent from the socket `name` in `folder`.
pub fn answer_to_datagram(server: &Addr, folder: &Path, name: &str, request: &[u8]) -> Vec<u8> {
    let own = if server.is_unix() { Addr::Unix(folder.join(name)) } else { any() };
    let mut socket = Socket::new(server, Kind::Datagram, &Trace::off()).unwrap();
    socket.bind(&own).unwrap();
    socket.set_timeout(Some(SOON)).unwrap();
    assert_eq!(socket.send_to(request, server).unwrap(), request.len());
    let mut buffer = vec![0; 300_000];
    let Datagram { bytes, size, from } = socket.recv_from(&mut buffer).unwrap().unwrap();
    assert_eq!((bytes, &from), (size, server));
    buffer.truncate(bytes);
    buffer
}
