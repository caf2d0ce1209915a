//! Unix socket paths: who made the file removes it.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Addr, Connect, Socket, connect};
use crate::trace::Trace;

/// A path that a bind of ours created.
#[derive(Debug)]
pub(super) struct OwnPath {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl OwnPath {
    /// Remembers the file that bind(2) has just made at `path`.
    pub(super) fn made(path: &Path) -> io::Result<Self> {
        let file = fs::symlink_metadata(path)?;
        Ok(OwnPath { path: path.to_path_buf(), device: file.dev(), inode: file.ino() })
    }

    /// Removes the file unless somebody else's stands there now.
    pub(super) fn remove(self) {
        let is_ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|file| (file.dev(), file.ino()) == (self.device, self.inode));
        if is_ours {
            // A file that cannot be removed is cleared away by the next bind.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// How long a server at a unix path may take to accept before it counts as alive but busy.
const PROBE: Duration = Duration::from_millis(200);

impl Socket {
    /// As [`bind`](Socket::bind), but first clears away a unix path that a dead server left.
    ///
    /// # Errors
    /// Those of [`bind`](Socket::bind); `AddrInUse` when a server lives behind the path;
    /// `AlreadyExists` when the file there is no socket (it is left alone).
    pub fn bind_fresh(&mut self, addr: &Addr) -> io::Result<()> {
        match (self.bind(addr), addr) {
            (Err(error), Addr::Unix(path)) if error.kind() == io::ErrorKind::AddrInUse => {
                clear_away(path, addr)?;
                self.bind(addr)
            }
            (result, _) => result,
        }
    }
}

/// Removes the socket at `path` if no server is behind it.
fn clear_away(path: &Path, addr: &Addr) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        let why = format!("{} exists and is no socket; it was left alone", path.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    let how = Connect { timeout: Some(PROBE), trace: Trace::off() };
    match connect(addr, &how) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        // It answers, it is too busy to answer, or it is of another kind: somebody uses it.
        _ => Err(io::ErrorKind::AddrInUse.into()),
    }
}
