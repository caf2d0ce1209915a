//! The child's side: takes tasks, runs them, gives results.

use std::any::Any;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::OnceLock;

use rustix::fs::{MemfdFlags, memfd_create};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::job::run_items;
use crate::process::{
    BODY, Bell, DESCRIPTOR_LIMIT, DESCRIPTORS, Descriptor, Fault, INLINE, Lane, MESSAGE_LIMIT, WorkerEnd,
    gathering, handing_out, name_of, quietly, receive_frame, send_frame, unpack,
};

/// What a worker is told when it starts.
#[doc(hidden)]
#[derive(Serialize, Deserialize)]
pub struct Start {
    pub(super) lane: Lane,
    pub(super) bell: Bell,
    /// The other way: for descriptors, and for what is too long for a ring.
    pub(super) socket: Descriptor,
    /// A function to run first, and its arguments.
    pub(super) initializer: Option<(u32, Packed)>,
    pub(super) context: Option<(String, Packed)>,
}

/// A value that was packed for somebody who knows its type.
#[derive(Serialize, Deserialize)]
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    pub(super) descriptors: Vec<Descriptor>,
}

/// The value that every worker of this pool was given. A task is a plain function: it has no other
/// place to find it. Written once, before the first task.
static CONTEXT: OnceLock<(String, Packed)> = OnceLock::new();
static CONTEXT_VALUE: OnceLock<Option<Box<dyn Any + Send + Sync>>> = OnceLock::new();

/// In a task: the value that [`Builder::context`](super::Builder::context) gave to every worker.
///
/// `None` outside of a worker, in a pool without one, and for another type than was given.
///
/// Python: a global variable that the initializer sets.
pub fn context<T: DeserializeOwned + Send + Sync + 'static>() -> Option<&'static T> {
    let value = CONTEXT_VALUE.get_or_init(|| {
        let (name, packed) = CONTEXT.get().filter(|(name, _)| name == std::any::type_name::<T>())?;
        let _ = name;
        let descriptors: io::Result<Vec<OwnedFd>> =
            packed.descriptors.iter().map(|one| one.as_fd().try_clone_to_owned()).collect();
        let value: T = unpack(&packed.bytes, descriptors.ok()?).ok()?;
        Some(Box::new(value))
    });
    value.as_ref()?.downcast_ref()
}

/// The life of a worker.
#[doc(hidden)]
pub fn work(start: Start) {
    let Start { lane, bell, socket, initializer, context } = start;
    if let Some(context) = context {
        // Nobody was here before.
        let _ = CONTEXT.set(context);
    }
    let failed = initializer.and_then(|(task, packed)| initialize(task, packed).err());
    // An empty message: ready. Else why not.
    let words = failed.clone().unwrap_or_default();
    if send_frame(&socket, words.as_bytes(), &[]).is_err() || failed.is_some() {
        return;
    }
    let mut end = WorkerEnd::new(lane, bell);
    let mut input = Vec::new();
    let mut output = Vec::new();
    loop {
        let task = end.take(&mut input);
        if task.count == 0 {
            return; // the pool has no more work for us
        }
        output.clear();
        let by_socket = match task.flags {
            0 => Ok(Vec::new()),
            _ => receive_heavy(&socket, task.flags, &mut input),
        };
        let Ok(arrived) = by_socket else { return };
        let mut run = || quietly(|| run_items(task.task, task.count, &input, &mut output));
        // Only who wants descriptors pays for them.
        let ((), leaving) = gathering(|| if arrived.is_empty() { run() } else { handing_out(arrived, run) });
        if output.len() > MESSAGE_LIMIT || leaving.len() >= DESCRIPTOR_LIMIT {
            too_much(task.count, &mut output, leaving.len());
            end.reply(0, &output);
        } else if output.len() <= INLINE && leaving.is_empty() {
            end.reply(0, &output);
        } else {
            match send_heavy(&socket, &output, leaving) {
                Ok(flags) => end.reply(flags, if flags & BODY == 0 { &output } else { &[] }),
                Err(_) => return, // the parent has gone, or no descriptor is left
            }
        }
        // What one task needed, the next hundred may not.
        input.shrink_to(INLINE);
        output.shrink_to(INLINE);
    }
}

fn initialize(task: u32, packed: Packed) -> Result<(), String> {
    let descriptors = packed.descriptors.into_iter().map(|descriptor| descriptor.0).collect();
    let mut input = &packed.bytes[..];
    let run = || quietly(|| crate::process::run(task, &mut input, &mut Vec::new()));
    match handing_out(descriptors, run) {
        // What it returns is dropped.
        Ok(()) | Err(Fault::BadResult(_)) => Ok(()),
        Err(Fault::Panicked(words) | Fault::BadArguments(words)) => Err(format!("{} {words}", name_of(task))),
    }
}

fn too_much(count: u32, output: &mut Vec<u8>, descriptors: usize) {
    let long = output.len();
    output.clear();
    output.shrink_to(INLINE);
    let words = format!(
        "its result: {long} bytes and {descriptors} descriptors; the limits are {MESSAGE_LIMIT} and {}",
        DESCRIPTOR_LIMIT - 1
    );
    super::job::all_failed(count, &words, output);
}

/// Sends what does not fit into a ring: the bytes in a file without a name, if they are long.
pub(super) fn send_heavy(socket: impl AsFd, bytes: &[u8], descriptors: Vec<OwnedFd>) -> io::Result<u32> {
    let mut flags = if descriptors.is_empty() { 0 } else { DESCRIPTORS };
    let mut all = descriptors;
    if bytes.len() > INLINE {
        flags |= BODY;
        let mut file = File::from(memfd_create("netkit message", MemfdFlags::CLOEXEC)?);
        file.write_all(bytes)?;
        file.seek(SeekFrom::Start(0))?;
        all.insert(0, file.into());
    }
    // One small message, for which there is room: the other side has read the one before.
    send_frame(socket, &[], &all)?;
    Ok(flags)
}

/// Receives what [`send_heavy`] sent: replaces `bytes` if they are long, and returns the descriptors.
pub(super) fn receive_heavy(socket: impl AsFd, flags: u32, bytes: &mut Vec<u8>) -> io::Result<Vec<OwnedFd>> {
    let (_, mut descriptors) = receive_frame(socket)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    if flags & BODY != 0 {
        if descriptors.is_empty() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        bytes.clear();
        File::from(descriptors.remove(0)).read_to_end(bytes)?;
    }
    Ok(descriptors)
}
