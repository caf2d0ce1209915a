//! Memory that several processes see: a sealed memfd, mapped.
//!
//! What is in it is only ever touched through atomics, through the C library's mutex, or through a
//! [`ring`](super::lane) whose two sides take turns: another process may write at any moment.

use std::io;
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::atomic::{AtomicI8, AtomicI16, AtomicI32, AtomicI64};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, fstat, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::parcel::{put_aside, take_back};

/// Bytes at the beginning that say what the memory holds. What follows is aligned for anything.
pub(crate) const HEADER: usize = 64;

/// A piece of memory that this process shares with others. All of it is zero at first.
///
/// It cannot shrink or grow: nobody can take away what another one looks at (that would be SIGBUS).
pub(crate) struct Memory {
    descriptor: OwnedFd,
    start: NonNull<u8>,
    length: NonZeroUsize,
    /// A robust mutex in it is locked by a thread of this process: the kernel has its address in a
    /// list of that thread, so the mapping has to stay.
    pinned: AtomicBool,
}

// SAFETY: the mapping belongs to this value until it is dropped, whichever thread that happens in.
unsafe impl Send for Memory {}
// SAFETY: all that is given out of a shared `Memory` is references to atomics, and raw pointers whose
// users argue for themselves.
unsafe impl Sync for Memory {}

/// Types that any bytes are a valid value of, and that several processes may use at once.
///
/// # Safety
/// Only atomics of integers.
pub(crate) unsafe trait Cell {}
macro_rules! cells {
    ($($name:ident)*) => { $(
        // SAFETY: an atomic integer.
        unsafe impl Cell for $name {}
    )* };
}
cells!(AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicI8 AtomicI16 AtomicI32 AtomicI64);

impl Memory {
    /// New memory of `length` bytes after the header; `kind` says what it is for.
    ///
    /// # Errors
    /// `InvalidInput` for more than the address space holds; those of memfd_create(2), ftruncate(2)
    /// and mmap(2): no descriptor or no memory left.
    pub(crate) fn create(kind: [u32; 2], length: usize) -> io::Result<Self> {
        let too_long =
            || io::Error::new(io::ErrorKind::InvalidInput, format!("{length} bytes of shared memory"));
        let length =
            HEADER.checked_add(length).filter(|all| isize::try_from(*all).is_ok()).ok_or_else(too_long)?;
        let descriptor = memfd_create("netkit", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&descriptor, length as u64)?;
        fcntl_add_seals(&descriptor, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let memory = Memory::map(descriptor)?;
        for (at, word) in kind.into_iter().enumerate() {
            memory.cell::<AtomicU32>(4 * at).store(word, Ordering::Relaxed);
        }
        Ok(memory)
    }

    /// Maps memory that another process made.
    fn map(descriptor: OwnedFd) -> io::Result<Self> {
        let sealed = fcntl_get_seals(&descriptor)?.contains(SealFlags::SHRINK);
        // What there is, not what a message says.
        let length = usize::try_from(fstat(&descriptor)?.st_size).unwrap_or(0);
        let (true, Some(length)) = (sealed && length >= HEADER, NonZeroUsize::new(length)) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not shared memory of this program"));
        };
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory in use; the
        // file is at least `length` long and is sealed against becoming shorter.
        let start = unsafe {
            mmap(std::ptr::null_mut(), length.get(), protection, MapFlags::SHARED, &descriptor, 0)?
        };
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Memory { descriptor, start, length, pinned: AtomicBool::new(false) })
    }

    /// A second handle on the same memory, mapped a second time.
    ///
    /// # Errors
    /// No descriptor or no address space left.
    pub(crate) fn same(&self) -> io::Result<Self> {
        Memory::map(self.descriptor.try_clone()?)
    }

    /// Bytes, the header included.
    pub(crate) fn len(&self) -> usize {
        self.length.get()
    }

    /// What it is for.
    pub(crate) fn kind(&self) -> [u32; 2] {
        [0, 4].map(|at| self.cell::<AtomicU32>(at).load(Ordering::Relaxed))
    }

    /// The atomic at byte `offset`.
    ///
    /// # Panics
    /// It is not inside, or not aligned.
    #[inline]
    pub(crate) fn cell<C: Cell>(&self, offset: usize) -> &C {
        &self.cells(offset, 1)[0]
    }

    /// `count` atomics from byte `offset` on.
    ///
    /// # Panics
    /// They are not inside, or not aligned.
    #[inline]
    pub(crate) fn cells<C: Cell>(&self, offset: usize, count: usize) -> &[C] {
        let start = self.bytes(offset, count.saturating_mul(size_of::<C>()), align_of::<C>());
        // SAFETY: `bytes` has checked that so many bytes from there on are inside the mapping, and the
        // alignment. The mapping lives as long as `self`, which is borrowed. Any bytes are an atomic
        // integer (`Cell`), and other processes change them only through atomics as well.
        unsafe { std::slice::from_raw_parts(start.cast().as_ptr(), count) }
    }

    /// The address of byte `offset`, of which `length` bytes are inside.
    ///
    /// # Panics
    /// They are not, or it is not aligned.
    #[inline]
    pub(super) fn bytes(&self, offset: usize, length: usize, align: usize) -> NonNull<u8> {
        assert!(offset <= self.len() && length <= self.len() - offset && offset.is_multiple_of(align));
        // SAFETY: the offset is at most the length of the mapping that `start` begins.
        unsafe { self.start.add(offset) }
    }

    /// Says whether a thread of this process holds a mutex in here.
    #[inline]
    pub(super) fn pin(&self, pinned: bool) {
        self.pinned.store(pinned, Ordering::Relaxed);
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if *self.pinned.get_mut() {
            // A guard was forgotten. The address space is lost, the memory is not: it ends with us.
            return;
        }
        // SAFETY: this is the mapping that `map` made, of that length; every reference into it borrows
        // `self`, and no mutex in it is locked by a thread of ours.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.length.get()) };
    }
}

impl Serialize for Memory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        put_aside(self.descriptor.as_fd()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Memory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let place = u32::deserialize(deserializer)?;
        let descriptor = take_back(place).map_err(D::Error::custom)?;
        Memory::map(descriptor).map_err(D::Error::custom)
    }
}

/// What memory can be for: the first word of its kind.
pub(crate) mod kinds {
    pub(crate) const VALUE: u32 = 0x6e6b_0001;
    pub(crate) const ARRAY: u32 = 0x6e6b_0002;
    pub(crate) const LOCK: u32 = 0x6e6b_0003;
    pub(crate) const EVENT: u32 = 0x6e6b_0004;
    pub(crate) const SEMAPHORE: u32 = 0x6e6b_0005;
    pub(crate) const LANE: u32 = 0x6e6b_0006;
    pub(crate) const BELL: u32 = 0x6e6b_0007;
}

/// Makes a handle around an `Arc<Memory>` an ordinary argument. `$kind` is what the memory must be for.
macro_rules! travels {
    ($name:ident $(<$t:ident: $bound:ident>)?, $kind:expr) => {
        impl $(<$t: $bound>)? serde::Serialize for $name $(<$t>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.memory.serialize(serializer)
            }
        }

        impl<'de $(, $t: $bound)?> serde::Deserialize<'de> for $name $(<$t>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let memory = <$crate::process::memory::Memory as serde::Deserialize>::deserialize(deserializer)?;
                if memory.kind() != $kind {
                    return Err(serde::de::Error::custom("shared memory of another type"));
                }
                Ok(Self::over(std::sync::Arc::new(memory)))
            }
        }
    };
}
pub(super) use travels;
