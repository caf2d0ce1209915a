//! Whole calls: how they end, who waits, what they cost.

use std::time::{Duration, Instant};

use super::server::{AGAIN, GREETING, RECORDED, call, talk};
use crate::lessons::common::wait_until_accepted;
use crate::{Failure, Trial, measure_for, proc};

pub(in crate::lessons) fn half_close(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for said in ["", "0\n"] {
        let mut peer = call(&server)?;
        peer.send(said.as_bytes())?;
        let before = server.subject.cpu_time();
        peer.half_close();
        let expected = if said.is_empty() { "" } else { RECORDED };
        peer.expect_all(expected.as_bytes())
            .map_err(|failure| failure.when("the caller has half-closed (EOF)"))?;
        // Now that the call is over, nothing may go on.
        measure_for(Duration::from_millis(200));
        let used = server.subject.cpu_time().saturating_sub(before);
        if used > Duration::from_millis(120) {
            return Err(Failure::new(format!(
                "after the caller's EOF the server used {} ms of CPU: it spins",
                used.as_millis()
            )));
        }
    }
    server.connect().and_then(talk).map_err(|failure| failure.when("the caller after a half-close"))
}

pub(in crate::lessons) fn second_caller(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut first = call(&server)?;
    let mut second = server.connect()?;
    first.send(b"0\n")?;
    first.expect(RECORDED.as_bytes())?;
    // The first one leaves without a word.
    drop(first);
    let greeted = second.expect(GREETING.as_bytes());
    greeted.map_err(|failure| failure.when("the second caller, after the first has hung up"))?;
    second.send(b"exit\n")?;
    second.expect_eof()
}

pub(in crate::lessons) fn silent_caller(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&["--timeout", "1"])?;
    let mut silent = call(&server)?;
    wait_until_accepted(&server);
    let started = Instant::now();
    silent.expect_hang_up().map_err(|failure| failure.when("a caller who says nothing, with --timeout 1"))?;
    if started.elapsed() < Duration::from_millis(500) {
        return Err(Failure::new(
            "the silent caller was hung up on long before a second (--timeout 1) was over",
        ));
    }
    server.connect().and_then(talk).map_err(|failure| failure.when("the caller after a silent one"))
}

pub(in crate::lessons) fn flood(trial: &mut Trial) -> Result<(), Failure> {
    flood_within(trial, 2 << 20)
}

/// 200 MB in one message cost at most `allowed` bytes of memory; then the call goes on as if nothing had been.
pub(crate) fn flood_within(trial: &mut Trial, allowed: u64) -> Result<(), Failure> {
    const TOTAL: usize = 200 << 20;
    let server = trial.serve(&[])?;
    for _ in 0..3 {
        talk(server.connect()?)?;
    }
    let before = proc::memory(server.subject.pid())?.peak;
    let mut peer = call(&server)?;
    peer.send(b"0\n")?;
    peer.expect(RECORDED.as_bytes())?;
    let taken = peer.flood(&[b'x'; 64 << 10], TOTAL)?;
    let grown = proc::memory(server.subject.pid()).map_or(0, |memory| memory.peak.saturating_sub(before));
    server.expect_alive(&format!("a message of {taken} bytes"))?;
    if grown > allowed {
        return Err(Failure::new(format!(
            "a message of {} MB without a newline made the server's memory grow by {} kB: a buffer that a peer fills needs a limit",
            taken >> 20,
            grown >> 10
        )));
    }
    if taken < TOTAL {
        return Err(Failure::new(
            "the server hung up; a message that is too long is answered once and dropped up to its newline",
        ));
    }
    // The refusal may have come during the flood, or come now; the reply to `0` comes last.
    peer.send(b"\n0\nexit\n")?;
    let heard = peer.read_to_end(1000)?;
    if heard != RECORDED.as_bytes() && heard != format!("{AGAIN}{RECORDED}").as_bytes() {
        let failure = Failure::new("after the long message `0` should be answered, and the long one once");
        return Err(failure.compared(&heard, format!("{AGAIN}{RECORDED}").as_bytes()));
    }
    server.connect().and_then(talk).map_err(|failure| failure.when("the caller after the flood"))
}
