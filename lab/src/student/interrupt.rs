//! Ctrl-C, a closed terminal, a friendly kill: the user wants to stop.

use std::fs;
use std::io::{self, PipeReader, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::{emulate_default_handler, pipe};
use tempfile::TempDir;

/// Readable when the user wants to stop.
#[derive(Debug)]
pub struct Interrupted(PipeReader);

impl Interrupted {
    /// From now on these signals no longer end this program by themselves.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn new() -> io::Result<Interrupted> {
        let (reader, writer) = io::pipe()?;
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            pipe::register(signal, OwnedFd::from(writer.try_clone()?))?;
        }
        Ok(Interrupted(reader))
    }
}

impl AsFd for Interrupted {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Puts all temporary folders of this program into one, which goes even when the user interrupts a check: some are large.
///
/// The subjects are ended by their guards, as soon as this program has ended.
///
/// # Errors
/// When the folder cannot be made, or no thread, or it was called before.
pub fn tidy_when_interrupted() -> io::Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("lab-").tempdir()?;
    let path = folder.path().to_owned();
    let mut interrupted = Interrupted::new()?;
    // Nobody joins it: it ends with the program.
    thread::Builder::new().name("interrupt".into()).spawn(move || {
        let _ = interrupted.0.read_exact(&mut [0]);
        // Twice, as a subject may write meanwhile.
        let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_dir_all(&path));
        let _ = emulate_default_handler(SIGINT);
    })?;
    tempfile::env::override_temp_dir(folder.path()).map_err(|_| io::ErrorKind::AlreadyExists)?;
    Ok(folder)
}
