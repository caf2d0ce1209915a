//! select(2) without its trap.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use rustix::event::{FdSetElement, FdSetIter, Timespec, fd_set_insert, fd_set_remove, select};

/// The number of descriptors that select(2) can watch: 0 to 1023. A constant of the C library, not
/// of the kernel's configuration.
pub const FD_SETSIZE: RawFd = 1024;

/// One bit a descriptor.
type Bits = [FdSetElement; FD_SETSIZE as usize / (8 * size_of::<FdSetElement>())];

/// The three sets of select(2): who is watched for what.
#[derive(Clone)]
pub struct FdSets {
    read: Bits,
    write: Bits,
    except: Bits,
    /// One more than the highest descriptor that was ever in a set.
    bound: RawFd,
}

/// A descriptor that select(2) reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// The descriptor's number.
    pub fd: RawFd,
    /// It stood in the returned set of those to read.
    pub readable: bool,
    /// It stood in the returned set of those to write.
    pub writable: bool,
    /// It stood in the returned set of exceptional conditions.
    pub exceptional: bool,
}

impl Default for FdSets {
    fn default() -> Self {
        let none = [FdSetElement::default(); FD_SETSIZE as usize / (8 * size_of::<FdSetElement>())];
        FdSets { read: none, write: none, except: none, bound: 0 }
    }
}

impl FdSets {
    /// Watches `fd` for reading, writing and exceptional conditions as told, and for nothing else.
    ///
    /// # Errors
    /// `InvalidInput` for a descriptor of 1024 or more: C's `FD_SET` would write past the set.
    pub fn set(&mut self, fd: BorrowedFd<'_>, read: bool, write: bool, except: bool) -> io::Result<()> {
        let number = fd.as_raw_fd();
        if number >= FD_SETSIZE {
            let why = format!(
                "descriptor {number}: select can only watch those below {FD_SETSIZE} (FD_SETSIZE); use poll or epoll"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        for (bits, wanted) in [(&mut self.read, read), (&mut self.write, write), (&mut self.except, except)] {
            match wanted {
                true => fd_set_insert(bits, number),
                false => fd_set_remove(bits, number),
            }
        }
        self.bound = self.bound.max(number + 1);
        Ok(())
    }

    /// Waits for one of the watched descriptors: select(2). The sets stay as they are.
    ///
    /// The caller keeps every watched descriptor open meanwhile.
    ///
    /// # Errors
    /// `Interrupted`; `EBADF` when a watched descriptor was closed.
    pub fn wait(&self, timeout: Option<&Timespec>) -> io::Result<Vec<Selected>> {
        let mut ready = self.clone();
        let bound = self.bound;
        // SAFETY: each set has FD_SETSIZE bits, and `bound` is at most that, because `set` refuses
        // higher descriptors; select writes inside the three arrays, which are ours alone. A closed
        // descriptor among them would be reported as EBADF.
        let count = unsafe {
            select(bound, Some(&mut ready.read), Some(&mut ready.write), Some(&mut ready.except), timeout)?
        };
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut marks = [(false, false, false); FD_SETSIZE as usize];
        FdSetIter::new(&ready.read).for_each(|fd| marks[fd as usize].0 = true);
        FdSetIter::new(&ready.write).for_each(|fd| marks[fd as usize].1 = true);
        FdSetIter::new(&ready.except).for_each(|fd| marks[fd as usize].2 = true);
        let selected = (0..bound).zip(marks).filter(|(_, marks)| *marks != (false, false, false));
        let found = selected.map(|(fd, (readable, writable, exceptional))| Selected {
            fd,
            readable,
            writable,
            exceptional,
        });
        Ok(found.collect())
    }
}
