//! What an echo server says, to one client and to many.

use std::time::Duration;

use crate::lessons::common::{settled, wait_until_accepted};
use crate::{Failure, Peer, Server, Trial, bytes, measure_for, proc, until};

/// A length that divides no buffer's: a piece that is lost, doubled or out of order is seen.
const BLOCK: usize = 65_521;

/// Bytes of any value, to be sent again and again.
pub(crate) fn block(trial: &mut Trial) -> Vec<u8> {
    trial.random.bytes(BLOCK)
}

/// What has come when only the end is missing.
const ECHOED: &str = "the echo came";

/// One whole right conversation.
pub(crate) fn talk(mut peer: Peer) -> Result<(), Failure> {
    peer.send("回声?\n".as_bytes())?;
    peer.expect("回声?\n".as_bytes())?;
    peer.half_close();
    peer.expect_eof_too(ECHOED)
}

/// Says something and hears it.
pub(crate) fn echo(peer: &mut Peer, words: &[u8]) -> Result<(), Failure> {
    peer.send(words)?;
    peer.expect(words)
}

pub(crate) fn one_client(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    let mut peer = server.connect()?;
    echo(&mut peer, &trial.random.bytes(700))?;
    peer.half_close();
    peer.expect_eof_too(ECHOED)
}

/// Document 004 never empties its list: A, then AB, then ABC.
pub(crate) fn one_after_another(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = server.connect()?;
    for words in ["A", "B\n", "C", "你好"] {
        echo(&mut peer, words.as_bytes()).map_err(|failure| failure.when("one message after the other"))?;
        // What would come too much comes now.
        let _ = peer.wait_until_read();
    }
    peer.half_close();
    peer.expect_eof().map_err(|failure| failure.when("everything was said and heard once"))
}

/// All of it comes back, though the client reads only at the end: first with room in the kernel, then with a queue.
pub(crate) fn half_close(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let million = [&block[..]; 17].concat();
    let million = &million[..1 << 20];
    let mut peer = server.connect()?;
    peer.send(million)?;
    peer.half_close();
    peer.expect_all(million).map_err(|failure| failure.when("1 MiB was sent, then the half-close"))?;
    server.expect_alive("a half-close")
}

/// The same when the server has a queue for the client at its EOF.
pub(crate) fn tail(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let mut peer = server.connect()?;
    let sent = peer.make_it_keep(&block, 256 << 10)?;
    peer.half_close();
    expect_no_work(&server, "a client has said all (EOF) and does not read what is queued for it")?;
    let heard = peer.exchange(&block, sent, sent).and_then(|()| peer.expect_eof());
    heard.map_err(|failure| failure.when("a client half-closes while replies for it are queued"))?;
    expect_no_work(&server, "a client has gone (EOF)")?;
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a half-close"))
}

/// What the program has to keep, or what it has not taken, when the client begins to read: more than the kernels hold.
const KEPT: usize = 512 << 10;

/// Much more is sent than the kernels hold, and only then read. A server may stop reading meanwhile.
pub(crate) fn queue(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let mut peer = server.connect()?;
    let sent = peer.make_it_full(&block, KEPT)?;
    expect_no_work(&server, "a client does not read what is queued for it")?;
    // It goes on to send while it reads: what came before and what comes now must not be mixed up.
    let heard = peer.exchange(&block, sent, sent + (4 << 20));
    let why = |failure: Failure| failure.when("a client sent much before it began to read");
    heard.map_err(why)?;
    talk(peer).map_err(|failure| failure.when("a client that has read late, its last words"))
}

/// The same, and the client has said all before it reads.
pub(crate) fn queue_at_the_end(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let block = block(trial);
    let mut peer = server.connect()?;
    let sent = peer.make_it_full(&block, KEPT)?;
    peer.half_close();
    expect_no_work(&server, "a client has said all (EOF) and does not read what is queued for it")?;
    let heard = peer.exchange(&block, sent, sent).and_then(|()| peer.expect_eof());
    heard.map_err(|failure| failure.when("a client sent much, half-closed, and only then read"))?;
    expect_no_work(&server, "a client has gone (EOF)")?;
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a half-close"))
}

/// EOF and a half-written conversation do not keep the server busy.
pub(crate) fn end_of_stream(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for said in [b"".as_slice(), b"bye"] {
        let mut peer = server.connect()?;
        peer.send(said)?;
        peer.half_close();
        let ended = peer.expect_all(said);
        ended.map_err(|failure| failure.when(format!("EOF behind {} bytes", said.len())))?;
        expect_no_work(&server, "a client has gone (EOF)")?;
    }
    Ok(())
}

/// That the server comes to rest: in one of a few looks it hardly wants the CPU. On a busy machine work takes longer, but
/// it ends; and who spins wants all of the time, however little it gets.
pub(crate) fn expect_no_work(server: &Server, when: &str) -> Result<(), Failure> {
    const LOOK: Duration = Duration::from_millis(250);
    const LOOKS: u32 = 4;
    let pid = server.subject.pid();
    let started = proc::wanted_time(pid)?;
    for _ in 0..LOOKS {
        let before = proc::wanted_time(pid)?;
        measure_for(LOOK);
        let wanted = proc::wanted_time(pid)?.saturating_sub(before);
        if wanted <= LOOK / 8 && proc::state(pid).is_ok_and(|state| state != 'R') {
            return Ok(());
        }
    }
    let wanted = proc::wanted_time(pid)?.saturating_sub(started);
    Err(Failure::new(format!(
        "{when}: the server wants the CPU for {} of {} ms, it spins. Let a wait tell what is ready, and \
         watch only what is wanted now: what is ready and not taken stays ready",
        wanted.as_millis(),
        (LOOK * LOOKS).as_millis()
    ))
    .facts(proc::doing(pid)))
}

/// A hundred at once, answered in another order than they came, and from one thread.
pub(crate) fn many(trial: &mut Trial) -> Result<(), Failure> {
    const CLIENTS: usize = 100;
    let server = trial.serve(&[])?;
    let pid = server.subject.pid();
    talk(server.connect()?)?;
    let threads = proc::threads(pid)?;
    let mut peers = connect_many(&server, CLIENTS)?;
    for round in 0..2 {
        for (number, peer) in peers.iter_mut().enumerate().rev() {
            peer.send(format!("client {number}, round {round}\n").as_bytes())?;
        }
        for (number, peer) in peers.iter_mut().enumerate() {
            let heard = peer.expect(format!("client {number}, round {round}\n").as_bytes());
            heard.map_err(|failure| failure.when(format!("client {number} of {CLIENTS}")))?;
        }
    }
    let (now, children) = (proc::threads(pid)?, proc::children(pid)?.len());
    if now > threads + 2 || children > 0 {
        return Err(Failure::new(format!(
            "with {CLIENTS} clients the server has {now} threads and {children} child processes, with none it had {threads}: \
             one thread is to serve them all"
        )));
    }
    Ok(())
}

/// Connects this many, in groups that fit into the queue of the listener.
pub(crate) fn connect_many(server: &Server, count: usize) -> Result<Vec<Peer>, Failure> {
    let mut peers = Vec::new();
    for number in 0..count {
        let peer = server.connect();
        peers.push(peer.map_err(|failure| failure.when(format!("client {number} of {count}")))?);
        if number % 4 == 3 {
            wait_until_accepted(server);
        }
    }
    Ok(peers)
}

/// Two hundred come and go in all ways, several at a time; no descriptor stays.
pub(crate) fn come_and_go(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let pid = server.subject.pid();
    let base = settled(&server, talk)?.len();
    for round in 0..20 {
        let mut peers = connect_many(&server, 10)?;
        for (number, peer) in peers.iter_mut().enumerate() {
            if number % 3 > 0 {
                echo(peer, format!("{round}.{number}").as_bytes())?;
            }
        }
        for (number, peer) in peers.into_iter().enumerate() {
            match number % 5 {
                0 => peer.reset(),
                1 | 2 => drop(peer),
                _ => talk(peer)?,
            }
        }
    }
    let open = || proc::descriptors(pid).map_or(0, |open| open.len());
    if until(server.deadline(), || open() <= base) {
        // Who has died has no descriptors either.
        return server
            .connect()
            .and_then(talk)
            .map_err(|failure| server.blame(failure, "two hundred clients"));
    }
    let failure = Failure::new(format!(
        "before the first client {base} descriptors were open, after two hundred clients have left there are {}: whoever is \
         taken out of the wait must be closed too",
        open()
    ));
    Err(server.subject.explain_wait(failure, server.subject.cpu_time()))
}

/// One client says a byte a second; another one does not notice.
pub(super) fn byte_a_second(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let (mut slow, mut other) = (server.connect()?, server.connect()?);
    for byte in b"abc" {
        echo(&mut slow, &[*byte]).map_err(|failure| failure.when("a client who says a byte a second"))?;
        echo(&mut other, b"another client")?;
        // The pace is what is looked at here.
        measure_for(Duration::from_millis(if *byte == b'c' { 0 } else { 1000 }));
    }
    talk(slow)
}

/// A byte out of band is an exceptional condition, not an error: the client goes on.
pub(super) fn out_of_band(trial: &mut Trial) -> Result<(), Failure> {
    const WHEN: &str = "a byte out of band has come (MSG_OOB)";
    let server = trial.serve(&[])?;
    let mut peer = server.connect()?;
    echo(&mut peer, b"before")?;
    peer.send_urgent(b'!')?;
    expect_no_work(&server, WHEN)?;
    server.expect_alive("a byte out of band")?;
    let word = trial.random.word(9);
    echo(&mut peer, word.as_bytes()).map_err(|failure| failure.when(WHEN))?;
    peer.half_close();
    peer.expect_eof()?;
    server.connect().and_then(talk).map_err(|failure| server.blame(failure, "a byte out of band"))
}

/// The words with which the server shows what it has received: cut after 64 bytes.
pub(super) fn shown(words: &[u8]) -> String {
    let cut = if words.len() > 64 { "…" } else { "" };
    format!("{}{cut}", bytes::escape(&words[..words.len().min(64)]))
}
