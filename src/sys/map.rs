//! Whether a descriptor's memory could be shared with us.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr;

/// One page, in bytes.
const PAGE: usize = 4096;

/// Tries to map the first page of what stands behind `fd`, for reading, and lets it go at once: mmap(2).
///
/// # Errors
/// `ENODEV` when there is nothing to map, as with sockets and epoll descriptors; `PermissionDenied`
/// when it is not open for reading.
///
/// ```
/// use netkit::sys::{error_name, try_map};
///
/// assert!(try_map(std::fs::File::open("Cargo.toml")?).is_ok());
/// let epoll = rustix::event::epoll::create(rustix::event::epoll::CreateFlags::CLOEXEC)?;
/// assert_eq!(try_map(epoll).map_err(|error| error_name(&error)), Err("ENODEV".to_string()));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: `mmap.mmap`.
pub fn try_map(fd: impl AsFd) -> io::Result<()> {
    let (protection, flags) = (libc::PROT_READ, libc::MAP_SHARED);
    // SAFETY: without MAP_FIXED the kernel chooses an address where nothing of ours is, so the new
    // mapping changes no memory that anybody uses; the descriptor is borrowed, so it is open.
    let page = unsafe { libc::mmap(ptr::null_mut(), PAGE, protection, flags, fd.as_fd().as_raw_fd(), 0) };
    if page == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: exactly the page that was mapped above; its address has not left this function, so
    // nobody refers to it.
    match unsafe { libc::munmap(page, PAGE) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
