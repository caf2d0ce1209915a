//! Unix socket paths: who made the file removes it.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

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

/// Removes the socket at `path` if no server is behind it.
pub(super) fn clear_away(path: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        let why = format!("{} exists and is no socket; it was left alone", path.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    // A datagram socket asks without disturbing: a stream server behind the path (EPROTOTYPE)
    // never sees this connect, and only a dead path refuses it.
    let probe = socket_with(AddressFamily::UNIX, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    match connect(&probe, &SocketAddrUnix::new(path)?) {
        Err(Errno::CONNREFUSED) => fs::remove_file(path),
        _ => Err(io::ErrorKind::AddrInUse.into()),
    }
}
