//! Two listeners in one wait.

use std::net::{SocketAddr, TcpListener};

use crate::lessons::endings::{expect_count, expect_port_free};
use crate::lessons::lesson4::server::{GREETING, RECORDED, talk};
use crate::{Failure, Peer, Server, Signal, Trial, socket_address, until};

/// The server and where its second door is.
pub(crate) struct Doors {
    pub(crate) server: Server,
    second: SocketAddr,
}

impl Doors {
    pub(crate) fn open(trial: &Trial) -> Result<Doors, Failure> {
        let server = trial.serve(&[])?;
        let line = server.subject.ready(trial.deadline());
        let line = line.map_err(|failure| failure.when("the ready line of the second door"))?;
        let second = socket_address(&line)?;
        if second == server.addr || second.ip() != server.addr.ip() {
            return Err(Failure::new(format!(
                "the second door listens on {second}: it should be another port beside {}",
                server.addr
            )));
        }
        Ok(Doors { server, second })
    }

    pub(crate) fn first(&self) -> Result<Peer, Failure> {
        self.server.connect()
    }

    pub(crate) fn second(&self) -> Result<Peer, Failure> {
        let peer = Peer::connect(self.second, self.server.whole_deadline());
        let peer = peer.map_err(|failure| self.server.subject.explain(failure))?;
        Ok(peer.to_subject(&self.server.subject))
    }
}

/// One at the first door, then one at the second one.
pub(super) fn both(trial: &mut Trial) -> Result<(), Failure> {
    let doors = Doors::open(trial)?;
    talk(doors.first()?).map_err(|failure| failure.when("a caller at the first door"))?;
    talk(doors.second()?).map_err(|failure| failure.when("a caller at the second door"))
}

/// The second door first, and twice, while nobody comes to the other.
pub(super) fn any_order(trial: &mut Trial) -> Result<(), Failure> {
    let doors = Doors::open(trial)?;
    for order in ["second", "second", "first", "first", "second"] {
        let caller = if order == "first" { doors.first()? } else { doors.second()? };
        talk(caller).map_err(|failure| failure.when(format!("a caller at the {order} door, out of turn")))?;
    }
    Ok(())
}

/// Six callers who are all in the middle of their calls.
pub(super) fn at_once(trial: &mut Trial) -> Result<(), Failure> {
    let doors = Doors::open(trial)?;
    let mut callers = Vec::new();
    for _ in 0..3 {
        callers.push(doors.second()?);
        callers.push(doors.first()?);
    }
    // Backwards: the last one is the first to be greeted, so nobody may have to wait for anybody.
    for peer in callers.iter_mut().rev() {
        peer.expect(GREETING.as_bytes()).map_err(|failure| failure.when("six callers at two doors"))?;
        peer.send(b"0\n")?;
        peer.expect(RECORDED.as_bytes())?;
    }
    for mut peer in callers {
        peer.send(b"exit\n")?;
        peer.expect_eof()?;
    }
    Ok(())
}

/// Both ports are free again, and both doors' clients are counted.
pub(super) fn stop(trial: &mut Trial) -> Result<(), Failure> {
    let doors = Doors::open(trial)?;
    talk(doors.first()?)?;
    talk(doors.second()?)?;
    let mut idle = doors.second()?;
    idle.expect(GREETING.as_bytes())?;
    doors.server.subject.signal(Signal::INT);
    let said = doors.server.expect_stop("SIGINT with an idle caller at the second door")?;
    expect_count(&said, "stopped after 3 connections")?;
    idle.expect_hang_up()?;
    expect_port_free(&doors.server, false)?;
    if until(doors.server.deadline(), || TcpListener::bind(doors.second).is_ok()) {
        return Ok(());
    }
    Err(Failure::new(format!("the server has stopped, but {} cannot be listened on again", doors.second)))
}
