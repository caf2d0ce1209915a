//! Much at once: floods, clients that do not read, and megabytes that must come back as they went.

use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::sockopt::set_socket_recv_buffer_size;
use rustix::net::{RecvFlags, SendFlags, recv, send};

use super::Peer;
use crate::bytes::first_difference;
use crate::{Failure, proc};

/// Who takes nothing for so long does not read just now.
const MOMENT: Duration = Duration::from_millis(50);

/// Who sleeps and takes nothing for so long has enough.
const ENOUGH: Duration = Duration::from_secs(1);

impl Peer {
    /// Sends `piece` again and again until `total` bytes are on their way or the program has had enough: hanging up
    /// (EPIPE, ECONNRESET) is its right. Meanwhile takes what it says and throws it away. Gives the number of bytes.
    ///
    /// # Errors
    /// When neither comes to an end before the deadline.
    pub fn flood(&mut self, piece: &[u8], total: usize) -> Result<usize, Failure> {
        let (mut done, mut heard) = (0, vec![0; 64 << 10]);
        while done < total {
            match send(&self.socket, piece, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(count) => done += count,
                Err(Errno::AGAIN) => {
                    if !self.wait_for(PollFlags::IN | PollFlags::OUT) {
                        return Err(self.in_vain("the program neither takes a flood of bytes nor hangs up"));
                    }
                    // At its EOF there is nothing to hear any more, but it may go on to listen.
                    let _ = recv(&self.socket, &mut heard[..], RecvFlags::DONTWAIT);
                }
                Err(_) => break,
            }
        }
        Ok(done)
    }

    /// Sends as much of `bytes` as one call takes; 0 when for a moment it takes nothing, because the program does not read.
    ///
    /// # Errors
    /// When the program has closed the connection.
    pub(crate) fn push_some(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        loop {
            match send(&self.socket, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(count) => return Ok(count),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if self.wait_within(PollFlags::OUT, MOMENT) => {}
                Err(Errno::AGAIN) => return Ok(0),
                Err(error) => {
                    return Err(self.cut_off(format!("the program closed the connection ({error})")));
                }
            }
        }
    }

    /// Sends as much of it as the kernel takes at once, and says how much that was.
    pub fn send_now(&mut self, bytes: &[u8]) -> usize {
        let mut done = 0;
        while let Ok(count) = send(&self.socket, &bytes[done..], SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
            done += count;
            if done == bytes.len() {
                break;
            }
        }
        done
    }

    /// The bytes that were sent to the program and that it has not read: with the kernels of both sides.
    #[must_use]
    pub fn not_read(&self) -> usize {
        self.addresses.map_or(0, |(own, server)| proc::on_the_way(own, server))
    }

    /// Sends `piece` again and again without ever reading, until the program takes no more for a moment, hangs up, or
    /// `total` bytes are on their way. Gives the number of bytes.
    pub fn fill(&mut self, piece: &[u8], total: usize) -> usize {
        // Many of a small piece with each call: millions of calls would keep the CPU from the program.
        let block = piece.repeat((16 << 10) / piece.len() + 1);
        let mut done = 0;
        while done < total {
            // A block may be cut here and there: what is sent is the endless repetition of it.
            let rest = &block[done % block.len()..];
            let piece = &rest[..rest.len().min(total - done)];
            match send(&self.socket, piece, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(count) => done += count,
                Err(Errno::AGAIN) if self.wait_within(PollFlags::OUT, Duration::from_millis(500)) => {}
                Err(_) => break,
            }
        }
        done
    }

    /// Sends `block` again and again, and reads nothing, until the program itself keeps at least `bytes` that it has read
    /// and could not give back yet. Gives the number of bytes sent. For programs that send back what they read.
    ///
    /// # Errors
    /// When the program stops to read before that.
    pub(crate) fn make_it_keep(&mut self, block: &[u8], bytes: usize) -> Result<usize, Failure> {
        let (sent, kept) = self.press(block, bytes, Duration::MAX)?;
        if kept {
            return Ok(sent);
        }
        Err(self.explained(format!(
            "the program reads no more from a client who has sent {sent} bytes and read none, although it keeps less \
             than {bytes} bytes for it: replies that cannot be sent belong in a queue"
        )))
    }

    /// Lets the kernel keep little of what comes, so that the rest stays with the program.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub(crate) fn keep_little(&self) -> Result<(), Failure> {
        Ok(set_socket_recv_buffer_size(&self.socket, 64 << 10).map_err(std::io::Error::from)?)
    }

    /// The same for programs that may have enough earlier: those who stop to read, and sleep, have had enough.
    ///
    /// # Errors
    /// When the program closes the connection.
    pub(crate) fn make_it_full(&mut self, block: &[u8], bytes: usize) -> Result<usize, Failure> {
        Ok(self.press(block, bytes, ENOUGH)?.0)
    }

    /// How many bytes were sent, and whether the program keeps `bytes` of them. If not, it sleeps and has read nothing for
    /// as long as `stalled`, or has not for long enough.
    fn press(&mut self, block: &[u8], bytes: usize, stalled: Duration) -> Result<(usize, bool), Failure> {
        let Some((own, server)) = self.addresses else { return Ok((0, false)) };
        let pid = self.subject.as_ref().map(|(subject, _)| subject.pid());
        let mut done = 0;
        while !self.deadline.passed() {
            self.send(block)?;
            done += block.len();
            let kept = || done.saturating_sub(proc::on_the_way(server, own));
            let read = || proc::unread(server, own).is_none_or(|bytes| bytes == 0);
            let begun = Instant::now();
            let sleeps = || begun.elapsed() > stalled && pid.is_some_and(proc::asleep);
            crate::until(self.deadline.shortly(), || kept() >= bytes || read() || sleeps());
            if kept() >= bytes {
                return Ok((done, true));
            }
            if !read() {
                return Ok((done, false));
            }
        }
        Err(self.in_vain("the program was to keep replies that nobody reads, and did not"))
    }

    /// Sends `block` again and again, `total` bytes in all of which `sent` are on their way already, and reads meanwhile:
    /// exactly the same must come back.
    ///
    /// # Errors
    /// When something else comes back, or less, or nothing any more.
    pub fn exchange(&mut self, block: &[u8], mut sent: usize, total: usize) -> Result<(), Failure> {
        let twice = [block, block].concat();
        let from = |position: usize, count: usize| &twice[position % block.len()..][..count];
        let mut buffer = vec![0; block.len()];
        let mut heard = 0;
        while heard < total {
            let mut interest = PollFlags::IN;
            if sent < total {
                let piece = from(sent, block.len().min(total - sent));
                match send(&self.socket, piece, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                    Ok(count) => sent += count,
                    Err(Errno::INTR) => {}
                    Err(Errno::AGAIN) => interest |= PollFlags::OUT,
                    Err(error) => {
                        let why = format!("the program closed the connection after {sent} bytes ({error})");
                        return Err(self.cut_off(why));
                    }
                }
            }
            let most = buffer.len().min(total - heard);
            match recv(&self.socket, &mut buffer[..most], RecvFlags::DONTWAIT) {
                Ok((0, _)) => {
                    let why = format!("the connection ended after {heard} of {total} bytes had come back");
                    return Err(self.cut_off(why));
                }
                Ok((count, _)) => {
                    let expected = from(heard, count);
                    if buffer[..count] != *expected {
                        let at = heard + first_difference(&buffer[..count], expected).unwrap_or(0);
                        let failure = self
                            .explained(format!("other bytes come back than were sent, from byte {at} on"));
                        return Err(failure.compared(&buffer[..count], expected));
                    }
                    heard += count;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    if (interest.contains(PollFlags::OUT) || sent >= total) && !self.wait_for(interest) {
                        return Err(self.in_vain(&format!("only {heard} of {total} bytes came back")));
                    }
                }
                Err(error) => {
                    let why = format!("the connection broke after {heard} of {total} bytes ({error})");
                    return Err(self.cut_off(why));
                }
            }
        }
        Ok(())
    }
}
