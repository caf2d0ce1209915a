//! A piece of work on its way, and what comes of it.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JobError;
use crate::process::{
    DESCRIPTOR_LIMIT, Fault, INLINE, MESSAGE_LIMIT, Task, append, gathering, handing_out, name_of, number_of,
    runner, take,
};

/// Some items for one function: what a worker takes at a time.
pub(super) struct Job {
    pub(super) sink: Arc<dyn Sink>,
    /// Which part of the sink's work this is.
    pub(super) part: usize,
    pub(super) task: u32,
    /// How many items `bytes` are.
    pub(super) count: u32,
    pub(super) bytes: Vec<u8>,
    pub(super) descriptors: Vec<OwnedFd>,
}

/// Where results go.
pub(super) trait Sink: Send + Sync {
    /// Takes the outcome of a part. Called once a part.
    fn done(&self, part: usize, outcome: Outcome);

    /// Whether `done` may run somebody's callback: only the thread for results does that.
    fn has_callback(&self) -> bool {
        false
    }
}

/// What came of a job: the items' results, or why there are none.
pub(super) type Outcome = Result<Values, JobError>;

/// Results as they came.
pub(super) struct Values {
    pub(super) task: u32,
    pub(super) bytes: Vec<u8>,
    pub(super) descriptors: Vec<OwnedFd>,
}

/// What stands before each item of a result.
mod status {
    pub(super) const VALUE: u8 = 0;
    pub(super) const PANIC: u8 = 1;
    pub(super) const UNSERIALIZABLE: u8 = 2;
}

/// Items of a job as bytes, as they are put together.
pub(super) struct Items {
    task: u32,
    count: u32,
    bytes: Vec<u8>,
    descriptors: Vec<OwnedFd>,
}

impl Items {
    /// None yet, for this function.
    pub(super) fn of<F: Task<M>, M>() -> Result<Self, JobError> {
        let task = number_of::<F, M>().map_err(|error| JobError::refused(error.to_string()))?;
        Ok(Items { task, count: 0, bytes: Vec::new(), descriptors: Vec::new() })
    }

    /// Adds up to `most` of them; says whether there may be more.
    pub(super) fn add<A: Serialize>(
        &mut self,
        items: &mut impl Iterator<Item = A>,
        most: usize,
    ) -> Result<bool, JobError> {
        let (result, descriptors) = gathering(|| {
            for _ in 0..most {
                let Some(item) = items.next() else { return Ok(false) };
                append(&item, &mut self.bytes)?;
                self.count += 1;
            }
            Ok(true)
        });
        self.descriptors = descriptors;
        let in_words =
            |why| JobError::unserializable(format!("the arguments of {}: {why}", name_of(self.task)));
        let more = result.map_err(|error: crate::process::Unpackable| in_words(error.to_string()))?;
        match (self.bytes.len(), self.descriptors.len()) {
            (0..=MESSAGE_LIMIT, 0..DESCRIPTOR_LIMIT) => Ok(more),
            (long, many) => Err(in_words(format!(
                "{long} bytes and {many} descriptors; the limits are {MESSAGE_LIMIT} and {}",
                DESCRIPTOR_LIMIT - 1
            ))),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn into_job(self, sink: Arc<dyn Sink>, part: usize) -> Job {
        let Items { task, count, bytes, descriptors } = self;
        Job { sink, part, task, count, bytes, descriptors }
    }
}

impl Job {
    /// Whether something of it has to go by the socket.
    pub(super) fn is_heavy(&self) -> bool {
        self.bytes.len() > INLINE || !self.descriptors.is_empty()
    }

    /// Bytes that it takes in a ring.
    pub(super) fn inline(&self) -> &[u8] {
        if self.bytes.len() > INLINE { &[] } else { &self.bytes }
    }
}

/// In the worker: runs a function on each item, and appends what comes of each.
pub(super) fn run_items(task: u32, count: u32, mut input: &[u8], output: &mut Vec<u8>) {
    let run = runner(task);
    for done in 0..count {
        let before = output.len();
        output.push(status::VALUE);
        let result = run.as_ref().map_err(Fault::clone).and_then(|run| run(&mut input, output));
        let Err(fault) = result else { continue };
        output.truncate(before);
        let (status, words, rest) = match fault {
            Fault::Panicked(words) => (status::PANIC, words, 1),
            Fault::BadArguments(words) => (status::UNSERIALIZABLE, words, count - done),
            Fault::BadResult(words) => (status::UNSERIALIZABLE, words, 1),
        };
        for _ in 0..rest {
            output.push(status);
            // A string can be serialised.
            let _ = append(&words, output);
        }
        if rest > 1 {
            return; // where the next item begins is not known any more
        }
    }
}

impl Values {
    /// Reads the items' results, one after the other.
    pub(super) fn each<R: DeserializeOwned>(&self, mut use_it: impl FnMut(Result<R, JobError>)) {
        let descriptors: Result<Vec<OwnedFd>, _> =
            self.descriptors.iter().map(|descriptor| descriptor.as_fd().try_clone_to_owned()).collect();
        let descriptors = match descriptors {
            Ok(descriptors) => descriptors,
            Err(error) => return use_it(Err(JobError::unserializable(error.to_string()))),
        };
        handing_out(descriptors, || {
            let mut rest = &self.bytes[..];
            while let Some((status, after)) = rest.split_first() {
                rest = after;
                let item = self.one(*status, &mut rest);
                let broken = item.as_ref().is_err_and(|(_, broken)| *broken);
                use_it(item.map_err(|(error, _)| error));
                if broken {
                    return;
                }
            }
        });
    }

    /// One item; with an error, whether the items behind it are lost too.
    fn one<R: DeserializeOwned>(&self, status: u8, rest: &mut &[u8]) -> Result<R, (JobError, bool)> {
        let name = || name_of(self.task);
        let unreadable = |why| (JobError::unserializable(format!("{}: its result: {why}", name())), true);
        if status == status::VALUE {
            return take(rest).map_err(unreadable);
        }
        let words: String = take(rest).map_err(unreadable)?;
        let error = match status {
            status::PANIC => JobError::panicked(name(), &words),
            _ => JobError::unserializable(format!("{}: {words}", name())),
        };
        Err((error, false))
    }
}

/// In the worker: as many errors as there were items.
pub(super) fn all_failed(count: u32, words: &str, output: &mut Vec<u8>) {
    for _ in 0..count {
        output.push(status::UNSERIALIZABLE);
        let _ = append(words, output);
    }
}
