//! How a child is started.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;

use rustix::process::getpid;

use super::start::{hand_over, start};
use super::task::{name_of, number_of};
use super::{Process, Task, ending, orphan};
use crate::sys::{Fork, fork};

/// A [`Process`] that is not started yet.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// What the process is called in messages. Without: `Process-` and its pid.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// As [`Process::fork`].
    ///
    /// # Errors
    /// The same.
    pub fn fork(self, work: impl FnOnce()) -> io::Result<Process> {
        let parent = getpid();
        // What waits in the buffer would be written by both.
        ending::flush();
        match fork()? {
            Fork::Child => {
                let name = self.name.unwrap_or_else(|| format!("Process-{}", process::id()));
                ending::panics_name(&name);
                let armed = orphan::end_with(parent);
                let result = catch_unwind(AssertUnwindSafe(|| armed.map(|()| work())));
                ending::exit(if matches!(result, Ok(Ok(()))) { 0 } else { ending::PANICKED })
            }
            Fork::Parent(pid) => Process::adopt(pid, self.name),
        }
    }

    /// As [`Process::spawn`].
    ///
    /// # Errors
    /// The same.
    pub fn spawn<F: Task<M>, M>(self, task: F, args: F::Args) -> io::Result<Process> {
        // Only its type is needed: the number of the function is its name over there.
        let _ = task;
        let number = number_of::<F, M>()?;
        let (pid, link) = start(name_of(number))?;
        // From here on dropping it ends the child, whatever happens.
        let child = Process::adopt(pid, self.name)?;
        hand_over(&link, child.name(), number, &args).map_err(|error| child.at_start(error))?;
        Ok(child)
    }
}
