//! When a file has other contents than before: told by the kernel (inotify(7)), or found by looking.

use std::fs;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

/// How often a file is looked at where nobody tells of changes.
const PAUSE: Duration = Duration::from_millis(300);

/// One file and what was last seen in it.
#[derive(Debug)]
pub struct Changes {
    file: PathBuf,
    seen: Option<Vec<u8>>,
    /// None: the file is looked at.
    events: Option<OwnedFd>,
}

impl Changes {
    /// Those of `file` from now on. When the kernel cannot tell of them, also why: then the file is looked at.
    pub fn of(file: &Path, by_looking: bool) -> (Changes, Option<Errno>) {
        let told = if by_looking { Ok(None) } else { events(file).map(Some) };
        let seen = fs::read(file).ok();
        let (events, why) = match told {
            Ok(events) => (events, None),
            Err(why) => (None, Some(why)),
        };
        (Changes { file: file.to_owned(), seen, events }, why)
    }

    /// Readable when there may be a change.
    pub fn events(&self) -> Option<BorrowedFd<'_>> {
        self.events.as_ref().map(AsFd::as_fd)
    }

    /// When to look without being told.
    pub fn pause(&self) -> Option<Duration> {
        self.events.is_none().then_some(PAUSE)
    }

    /// Whether the contents are others than at the last look. A file that is just being replaced is none.
    pub fn happened(&mut self) -> bool {
        if !self.events.as_ref().is_none_or(drain) {
            self.events = None;
        }
        match fs::read(&self.file) {
            Ok(now) if self.seen.as_ref() != Some(&now) => {
                self.seen = Some(now);
                true
            }
            _ => false,
        }
    }
}

/// The events of the file's folder: an editor may write a new file and give it the name of the old one.
fn events(file: &Path) -> Result<OwnedFd, Errno> {
    let events = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    let folder = file.parent().unwrap_or(file);
    let changes = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::CREATE;
    inotify::add_watch(&events, folder, changes | WatchFlags::MOVE_SELF | WatchFlags::ONLYDIR)?;
    Ok(events)
}

/// Reads what has happened, so that it does not wake us again; `false` when the folder has gone and nothing more will be
/// told.
fn drain(events: &OwnedFd) -> bool {
    let mut room = [MaybeUninit::uninit(); 4096];
    let mut reader = Reader::new(events, &mut room);
    let mut there = true;
    loop {
        match reader.next() {
            Ok(event) => there &= !event.events().intersects(ReadFlags::IGNORED | ReadFlags::MOVE_SELF),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return there,
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use lab::{Deadline, until};

    use super::Changes;

    #[test]
    fn a_change_is_seen_however_it_is_made() {
        for by_looking in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("inner/main.rs");
            fs::create_dir(folder.path().join("inner")).unwrap();
            fs::write(&file, "one").unwrap();
            let (mut changes, why) = Changes::of(&file, by_looking);
            assert_eq!(why, None);
            assert!(!changes.happened());

            fs::write(&file, "two").unwrap();
            assert!(changes.happened(), "written in place");
            let other = folder.path().join("other");
            fs::write(&other, "three").unwrap();
            fs::rename(&other, &file).unwrap();
            assert!(changes.happened(), "replaced");
            fs::write(&file, "three").unwrap();
            assert!(!changes.happened(), "the same again");

            // As at a checkout of another branch and back.
            fs::remove_dir_all(folder.path().join("inner")).unwrap();
            assert!(!changes.happened());
            assert!(changes.pause().is_some(), "nobody tells any more: look");
            fs::create_dir(folder.path().join("inner")).unwrap();
            fs::write(&file, "four").unwrap();
            assert!(until(Deadline::after(super::PAUSE), || changes.happened()));
        }
    }
}
