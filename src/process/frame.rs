//! Whole messages with descriptors, over a unix socket.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recv, recvmsg, send, sendmsg,
};

use super::parcel::DESCRIPTOR_LIMIT;

/// The longest message, in bytes. The other side is this same program, so this catches mistakes.
pub(crate) const MESSAGE_LIMIT: usize = 1 << 28;

/// Before each message: its length and how many descriptors come with its first byte.
const HEADER: usize = 8;

/// Room for the control data of so many descriptors.
const CONTROL: usize = rustix::cmsg_space!(ScmRights(DESCRIPTOR_LIMIT));

/// Sends a message with its descriptors, and waits as long as the other side needs to read it.
///
/// # Errors
/// `InvalidInput` for one that is too long or has too many descriptors; `BrokenPipe` when the
/// other side has gone.
pub(crate) fn send_frame(socket: impl AsFd, bytes: &[u8], descriptors: &[OwnedFd]) -> io::Result<()> {
    if bytes.len() > MESSAGE_LIMIT || descriptors.len() > DESCRIPTOR_LIMIT {
        let (long, many) = (bytes.len(), descriptors.len());
        let why = format!(
            "a message of {long} bytes and {many} descriptors; the limits are {MESSAGE_LIMIT} and {DESCRIPTOR_LIMIT}"
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&(bytes.len() as u32).to_ne_bytes());
    header[4..].copy_from_slice(&(descriptors.len() as u32).to_ne_bytes());
    let borrowed: Vec<_> = descriptors.iter().map(AsFd::as_fd).collect();
    let mut room = [MaybeUninit::uninit(); CONTROL];
    let mut sent = loop {
        let mut control = SendAncillaryBuffer::new(&mut room);
        if !borrowed.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(&borrowed));
        }
        let pieces = [IoSlice::new(&header), IoSlice::new(bytes)];
        match sendmsg(&socket, &pieces, &mut control, SendFlags::NOSIGNAL) {
            Err(rustix::io::Errno::INTR) => {}
            result => break result?,
        }
    };
    // The descriptors have gone with the first byte; what is left is bytes.
    while sent < HEADER + bytes.len() {
        let rest = if sent < HEADER { &header[sent..] } else { &bytes[sent - HEADER..] };
        match send(&socket, rest, SendFlags::NOSIGNAL) {
            Err(rustix::io::Errno::INTR) => {}
            result => sent += result?,
        }
    }
    Ok(())
}

/// Receives a message; `None` when the other side has closed the connection.
///
/// # Errors
/// `UnexpectedEof` when it closed in the middle of a message; `InvalidData` for a length over the
/// limit or missing descriptors (none left here: `EMFILE` has no way to tell).
pub(crate) fn receive_frame(socket: impl AsFd) -> io::Result<Option<(Vec<u8>, Vec<OwnedFd>)>> {
    let mut header = [0; HEADER];
    let mut room = [MaybeUninit::uninit(); CONTROL];
    let mut descriptors = Vec::new();
    let mut filled = 0;
    while filled < HEADER {
        let mut control = RecvAncillaryBuffer::new(&mut room);
        let mut pieces = [IoSliceMut::new(&mut header[filled..])];
        // The descriptors come with the first byte of their message. No buffered reader here: it
        // would read on into the next message and take that one's descriptors too.
        let received = match recvmsg(&socket, &mut pieces, &mut control, RecvFlags::CMSG_CLOEXEC) {
            Err(rustix::io::Errno::INTR) => continue,
            result => result?,
        };
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(arrived) = message {
                descriptors.extend(arrived);
            }
        }
        match received.bytes {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
    }
    let [a, b, c, d, rest @ ..] = header;
    let (length, count) = (u32::from_ne_bytes([a, b, c, d]) as usize, u32::from_ne_bytes(rest) as usize);
    if length > MESSAGE_LIMIT || descriptors.len() != count {
        let arrived = descriptors.len();
        let why = format!("a message of {length} bytes with {arrived} of {count} descriptors");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match recv(&socket, &mut bytes[filled..], RecvFlags::empty()) {
            Err(rustix::io::Errno::INTR) => {}
            result => match result?.0 {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                received => filled += received,
            },
        }
    }
    Ok(Some((bytes, descriptors)))
}
