//! The folder that files go into: whole, or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::statvfs;

use super::{Header, Refusal};

/// How names of unfinished files begin.
const UNFINISHED: &str = ".upload-";

/// A folder for uploads, with a limit for one file.
#[derive(Debug, Clone)]
pub struct Inbox {
    folder: PathBuf,
    limit: u64,
}

/// A file that is being received. Dropped without [`finish`](Incoming::finish) it leaves nothing.
#[derive(Debug)]
pub(super) struct Incoming {
    file: File,
    unfinished: PathBuf,
    place: PathBuf,
    is_finished: bool,
}

impl Inbox {
    /// Files of at most `limit` bytes go into `folder`, which must exist.
    ///
    /// # Errors
    /// `NotFound` or `NotADirectory`.
    pub fn new(folder: &Path, limit: u64) -> io::Result<Self> {
        if !fs::metadata(folder)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Inbox { folder: folder.to_path_buf(), limit })
    }

    /// Makes room for an announced file.
    pub(super) fn open(&self, header: &Header) -> Result<Incoming, Refusal> {
        if header.size > self.limit {
            return Err(Refusal(format!("the file is over the limit of {} bytes", self.limit)));
        }
        if header.name.starts_with(UNFINISHED) {
            return Err(Refusal(format!("names of unfinished files begin with {UNFINISHED}")));
        }
        let failed = |error: io::Error| Refusal(format!("the file cannot be stored: {error}"));
        let space = statvfs(&self.folder).map_err(|error| failed(error.into()))?;
        if header.size > space.f_bavail.saturating_mul(space.f_frsize) {
            return Err(Refusal("there is not enough space".to_string()));
        }
        // Such a name could be another upload's: it would take its place.
        if header.name.starts_with(UNFINISHED) {
            return Err(Refusal(format!("names that begin with {UNFINISHED} are those of unfinished files")));
        }
        let place = self.folder.join(&header.name);
        if fs::symlink_metadata(&place).is_ok_and(|there| there.is_dir()) {
            return Err(Refusal("there is a folder of that name".to_string()));
        }
        let (file, unfinished) = self.unfinished_file().map_err(failed)?;
        Ok(Incoming { file, unfinished, place, is_finished: false })
    }

    fn unfinished_file(&self) -> io::Result<(File, PathBuf)> {
        let mut number = 0u64;
        loop {
            // Another upload may take the same number at the same moment: create_new tells.
            let path = self.folder.join(format!("{UNFINISHED}{}-{number}", std::process::id()));
            match File::create_new(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                result => return Ok((result?, path)),
            }
        }
    }
}

impl Incoming {
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Gives the file its name, in one step: whoever looks sees the old file or the new one.
    pub(super) fn finish(mut self) -> io::Result<()> {
        fs::rename(&self.unfinished, &self.place)?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After the rename the name is free: what stands there now is another upload's.
        if !self.is_finished {
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}
