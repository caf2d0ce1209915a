//! A subject as a guest of the machine: what it may take.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process_group, prlimit, setrlimit};

use super::Subject;
use super::group::process_id;
use crate::{Failure, proc};

/// The largest file, in bytes.
const FILE: u64 = 2 << 30;
/// All its files together, in bytes.
const FILES: u64 = 4 << 30;
/// The memory of a process, in bytes.
const MEMORY: u64 = 4 << 30;
/// The processes that it starts and theirs, at one time.
const PROCESSES: usize = 500;

/// A wrong subject must not hurt the machine: no huge files, no core dumps, no endless memory. Best effort, since a
/// machine may have stricter limits already.
const CEILINGS: [(Resource, u64); 3] =
    [(Resource::Core, 0), (Resource::Fsize, FILE), (Resource::Data, MEMORY)];

/// Lowers the grader's own soft limits, once. A subject inherits them, so that it has them before its first step.
pub(super) fn inherit_ceilings() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (resource, ceiling) in CEILINGS {
            let maximum = getrlimit(resource).maximum;
            let _ = setrlimit(resource, Rlimit { current: Some(ceiling), maximum });
        }
    });
}

/// Makes a file that is larger than a subject's may be: the grader's own limit is away meanwhile.
///
/// # Errors
/// Those of `make`.
pub(crate) fn large_file<T>(make: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    // Two at once would give each other's limit back.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    inherit_ceilings();
    let usual = getrlimit(Resource::Fsize);
    let _ = setrlimit(Resource::Fsize, Rlimit { current: usual.maximum, maximum: usual.maximum });
    let made = make();
    let _ = setrlimit(Resource::Fsize, usual);
    made
}

/// Makes a subject's limits such that it cannot raise them.
pub(super) fn set_ceilings(pid: Option<Pid>) {
    for (resource, ceiling) in CEILINGS {
        let _ = prlimit(pid, resource, Rlimit { current: Some(ceiling), maximum: Some(ceiling) });
    }
}

impl Subject {
    /// Sets the number of descriptors that the subject may have open (the soft limit).
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn limit_descriptors(&self, count: u64) -> Result<(), Failure> {
        let hard = getrlimit(Resource::Nofile).maximum;
        self.limit(Resource::Nofile, Rlimit { current: Some(count), maximum: hard })
    }

    /// Sets the size that a file of the subject may have: behind it a write fails (EFBIG), much as on a full disk.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn limit_file_size(&self, bytes: u64) -> Result<(), Failure> {
        self.limit(Resource::Fsize, Rlimit { current: Some(bytes), maximum: Some(bytes) })
    }

    /// Sets the memory that the subject may have for its data: behind it an allocation fails.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn limit_memory(&self, bytes: u64) -> Result<(), Failure> {
        self.limit(Resource::Data, Rlimit { current: Some(bytes), maximum: Some(bytes) })
    }

    fn limit(&self, resource: Resource, limit: Rlimit) -> Result<(), Failure> {
        prlimit(process_id(&self.child), resource, limit).map_err(io::Error::from)?;
        Ok(())
    }
}

/// What the kernel sets no limit for: looked at now and then, while the subject lives.
#[derive(Debug)]
pub(super) struct Watch {
    /// The subject; 0 until it is there.
    pub(super) pid: u32,
    group: Option<Pid>,
    folder: PathBuf,
    /// What lay in the folder before: the grader's own.
    before: u64,
    looked: Instant,
}

impl Watch {
    /// How often it looks.
    pub(super) const PAUSE: Duration = Duration::from_millis(500);

    /// Watches a subject that is not there yet: what is in its folder is not its own.
    pub(super) fn new(group: u32, folder: &Path) -> Watch {
        let group = Pid::from_raw(group.cast_signed());
        Watch { pid: 0, group, folder: folder.to_owned(), before: size(folder), looked: Instant::now() }
    }

    /// Looks, if it is time. When it is too much, ends the subject and says why.
    pub(super) fn look(&mut self) -> Option<String> {
        if self.looked.elapsed() < Watch::PAUSE {
            return None;
        }
        self.looked = Instant::now();
        let why = if descendants(self.pid) > PROCESSES {
            format!("it had started more than {PROCESSES} processes")
        } else if size(&self.folder).saturating_sub(self.before) > FILES {
            format!("its files in the temporary folder had grown to more than {} GiB", FILES >> 30)
        } else {
            return None;
        };
        if let Some(group) = self.group {
            // The guard has the number as long as the subject is there.
            let _ = kill_process_group(group, Signal::KILL);
        }
        Some(why)
    }
}

/// The children of a process and theirs; not many more than are too many.
fn descendants(pid: u32) -> usize {
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(&pid) = found.get(next).filter(|_| found.len() <= PROCESSES + 1) {
        found.extend(proc::children(pid).unwrap_or_default());
        next += 1;
    }
    found.len() - 1
}

/// The sizes of the files in a folder and the folders in it, in bytes. Links are not followed.
fn size(folder: &Path) -> u64 {
    let mut folders = vec![folder.to_owned()];
    let mut sum = 0;
    while let Some(folder) = folders.pop() {
        // What goes while we look has no size any more.
        for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(entry.path()),
                Ok(about) => sum += about.len(),
                Err(_) => {}
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::{Watch, large_file};

    #[test]
    fn a_file_of_the_graders_is_not_the_subjects() {
        let folder = tempfile::tempdir().unwrap();
        let five_gigabytes = |name: &str| {
            large_file(|| File::create(folder.path().join(name))?.set_len(5 << 30)).unwrap();
        };
        five_gigabytes("the grader's");
        // No group: nobody is ended.
        let mut watch = Watch { pid: std::process::id(), ..Watch::new(0, folder.path()) };
        watch.looked -= Watch::PAUSE;
        assert_eq!(watch.look(), None);
        five_gigabytes("the subject's");
        watch.looked -= Watch::PAUSE;
        assert!(watch.look().is_some_and(|why| why.contains("more than 4 GiB")));
    }
}
