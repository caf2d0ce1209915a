//! The network as UDP meets it: datagrams are lost, come twice, and come in another order.

use std::io::{self, PipeReader, PipeWriter};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{Failure, Random};

/// As many in a row at the most are lost or held back in one direction, so that nobody is out of luck for ever.
const UNLUCKY: usize = 3;
/// A datagram that is held back passes after this many later ones …
const OVERTAKEN: usize = 2;
/// … or after this time, when nothing comes.
const HELD: Duration = Duration::from_millis(60);

/// A proxy between one client and a server. Of the datagrams in each direction 30 % are lost, 10 % come twice, and 10 %
/// are overtaken by later ones.
///
/// - What becomes of the first, second, … datagram of a direction depends on the seed, but that no datagram is held back
///   while another one is.
/// - Not more than three in a row are lost or held back.
/// - It ends when it is dropped.
#[derive(Debug)]
pub struct LossyProxy {
    address: SocketAddr,
    done: Arc<Mutex<Done>>,
    /// Closing it ends the thread.
    control: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

/// What it has done, in both directions.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    passed: usize,
    lost: usize,
    doubled: usize,
    held: usize,
}

impl LossyProxy {
    /// Starts one on a free port of the loopback, in front of `server`.
    ///
    /// # Errors
    /// When there is no port or no thread for it.
    pub fn start(server: SocketAddr, random: &mut Random) -> Result<LossyProxy, Failure> {
        let front = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let back = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = front.local_addr()?;
        for socket in [&front, &back] {
            socket.set_nonblocking(true)?;
        }
        let (orders, control) = io::pipe()?;
        let done = Arc::new(Mutex::default());
        let ways = [0, 1].map(|_| Way::new(Random::new(random.next_number()), &done));
        let mut proxy = Proxy { front, back, server, client: None, ways };
        let thread = thread::Builder::new().name("lossy-proxy".into()).spawn(move || proxy.run(&orders))?;
        Ok(LossyProxy { address, done, control: Some(control), thread: Some(thread) })
    }

    /// Where the client is to send.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has done so far, in words.
    #[must_use]
    pub fn done(&self) -> String {
        let Done { passed, lost, doubled, held } = *self.done.lock().unwrap_or_else(PoisonError::into_inner);
        format!(
            "on the way {passed} datagrams passed, {lost} were lost, {doubled} doubled, {held} overtaken by later ones"
        )
    }
}

impl Drop for LossyProxy {
    fn drop(&mut self) {
        self.control = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed by the thread itself; there is nothing to add.
            let _ = thread.join();
        }
    }
}

struct Proxy {
    front: UdpSocket,
    back: UdpSocket,
    server: SocketAddr,
    /// Whoever has sent last.
    client: Option<SocketAddr>,
    /// To the server, and to the client.
    ways: [Way; 2],
}

impl Proxy {
    fn run(&mut self, orders: &PipeReader) {
        loop {
            // 1. Wait for a datagram, for the time of one that is held back, or for the end.
            let release = self.ways.iter().filter_map(|way| way.held.as_ref()).map(|held| held.until).min();
            let left = release.map(|at| at.saturating_duration_since(Instant::now()));
            let timeout = left.map(|left| Timespec {
                tv_sec: left.as_secs().cast_signed(),
                tv_nsec: left.subsec_nanos().into(),
            });
            let sources = [orders.as_fd(), self.front.as_fd(), self.back.as_fd()];
            let mut polled = sources.map(|source| PollFd::from_borrowed_fd(source, PollFlags::IN));
            match poll(&mut polled, timeout.as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
            if !polled[0].revents().is_empty() {
                return;
            }

            // 2. Take one from each side, draw what becomes of it, and pass on what is to pass.
            let mut buffer = [0; 65_535];
            let to_server = self.front.recv_from(&mut buffer).ok().map(|(count, from)| {
                self.client = Some(from);
                buffer[..count].to_vec()
            });
            for datagram in self.ways[0].turn(to_server) {
                // What the server's end refuses is lost, as everywhere.
                let _ = self.back.send_to(&datagram, self.server);
            }
            let to_client = self.back.recv_from(&mut buffer).ok().map(|(count, _)| buffer[..count].to_vec());
            for datagram in self.ways[1].turn(to_client) {
                if let Some(client) = self.client {
                    let _ = self.front.send_to(&datagram, client);
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Passes,
    Lost,
    Doubled,
    Held,
}

/// One direction.
struct Way {
    random: Random,
    /// How many in a row have not passed at once.
    unlucky: usize,
    held: Option<Held>,
    done: Arc<Mutex<Done>>,
}

struct Held {
    datagram: Vec<u8>,
    until: Instant,
    overtaken: usize,
}

impl Way {
    fn new(random: Random, done: &Arc<Mutex<Done>>) -> Way {
        Way { random, unlucky: 0, held: None, done: Arc::clone(done) }
    }

    /// What becomes of the next datagram.
    fn fate(&mut self) -> Fate {
        let drawn = match self.random.between(0, 99) {
            0..30 => Fate::Lost,
            30..40 => Fate::Doubled,
            40..50 => Fate::Held,
            _ => Fate::Passes,
        };
        let unlucky = matches!(drawn, Fate::Lost | Fate::Held);
        if unlucky && self.unlucky == UNLUCKY {
            self.unlucky = 0;
            return Fate::Passes;
        }
        self.unlucky = if unlucky { self.unlucky + 1 } else { 0 };
        drawn
    }

    /// What passes now, in this order, when this datagram or none has come.
    fn turn(&mut self, datagram: Option<Vec<u8>>) -> Vec<Vec<u8>> {
        let mut passing = Vec::new();
        if let Some(datagram) = datagram {
            let mut fate = self.fate();
            if fate == Fate::Held && self.held.is_some() {
                fate = Fate::Passes;
            }
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            match fate {
                Fate::Passes => done.passed += 1,
                Fate::Lost => done.lost += 1,
                Fate::Doubled => done.doubled += 1,
                Fate::Held => done.held += 1,
            }
            match fate {
                Fate::Lost => {}
                Fate::Held => {
                    self.held = Some(Held { datagram, until: Instant::now() + HELD, overtaken: 0 });
                }
                Fate::Passes => passing.push(datagram),
                Fate::Doubled => passing.extend([datagram.clone(), datagram]),
            }
            if let Some(held) = &mut self.held {
                held.overtaken += passing.len();
            }
        }
        let now = Instant::now();
        let released = self.held.take_if(|held| held.overtaken >= OVERTAKEN || held.until <= now);
        passing.extend(released.map(|held| held.datagram));
        passing
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Fate, LossyProxy, UNLUCKY, Way};
    use crate::Random;

    fn fates(seed: u64) -> Vec<Fate> {
        let mut way = Way::new(Random::new(seed), &Arc::default());
        (0..2000).map(|_| way.fate()).collect()
    }

    #[test]
    fn the_seed_decides_and_nobody_is_out_of_luck_for_ever() {
        assert_eq!(fates(1), fates(1));
        assert_ne!(fates(1), fates(2));
        let fates = fates(1);
        let lost = fates.iter().filter(|&&fate| fate == Fate::Lost).count();
        assert!((400..700).contains(&lost), "{lost} of 2000 lost");
        let luck = |fate: &Fate| matches!(fate, Fate::Passes | Fate::Doubled);
        assert!(fates.split(luck).all(|unlucky| unlucky.len() <= UNLUCKY));
    }

    #[test]
    fn datagrams_are_lost_doubled_and_reordered_in_both_directions() {
        let (client, server) =
            (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
        let proxy = LossyProxy::start(server.local_addr().unwrap(), &mut Random::new(3)).unwrap();
        for socket in [&client, &server] {
            socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        }
        let take = |socket: &UdpSocket| {
            let mut buffer = [0; 1];
            let mut taken = Vec::new();
            let mut from = None;
            while let Ok((_, peer)) = socket.recv_from(&mut buffer) {
                taken.push(buffer[0]);
                from = Some(peer);
            }
            (taken, from)
        };
        let changed = |taken: &[u8]| {
            let lost = (0..100).any(|number| !taken.contains(&number));
            let doubled = (0..100).any(|number| taken.iter().filter(|&&other| other == number).count() == 2);
            lost && doubled && !taken.is_sorted()
        };
        for number in 0..100 {
            client.send_to(&[number], proxy.address()).unwrap();
        }
        let (taken, from) = take(&server);
        assert!(changed(&taken), "{taken:?}");
        for number in 0..100 {
            server.send_to(&[number], from.unwrap()).unwrap();
        }
        let (taken, _) = take(&client);
        assert!(changed(&taken), "{taken:?}");
    }
}
