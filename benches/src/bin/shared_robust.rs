//! Adds to a shared number under a bare robust mutex of the C library, or with a bare atomic.

use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicI64, Ordering};

use netkit::sys::{Fork, exit_child, fork};
use rustix::process::{WaitOptions, waitpid};

#[repr(C)]
struct Shared {
    mutex: libc::pthread_mutex_t,
    sum: AtomicI64,
}

fn main() -> anyhow::Result<()> {
    let work = benches::Work::from_arguments()?;
    let shared = share()?;
    let each = work.count / work.processes as i64;
    let mut children = Vec::new();
    for _ in 0..work.processes {
        match fork()? {
            Fork::Child => {
                for _ in 0..each {
                    add(shared, work.case == "lock");
                }
                exit_child(0)
            }
            Fork::Parent(pid) => children.push(pid),
        }
    }
    for child in children {
        waitpid(Some(child), WaitOptions::empty())?;
    }
    // SAFETY: the mapping lives as long as the program.
    let sum = unsafe { &(*shared).sum };
    Ok(benches::check(sum.load(Ordering::Acquire), each * work.processes as i64)?)
}

fn add(shared: *mut Shared, lock: bool) {
    // SAFETY: the mapping lives as long as the program; the mutex was made before the forks, and the
    // sum is an atomic.
    unsafe {
        let sum = &(*shared).sum;
        if !lock {
            sum.fetch_add(1, Ordering::AcqRel);
            return;
        }
        assert_eq!(libc::pthread_mutex_lock(&raw mut (*shared).mutex), 0);
        sum.store(sum.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        assert_eq!(libc::pthread_mutex_unlock(&raw mut (*shared).mutex), 0);
    }
}

/// Memory that children will share, with a mutex in it.
fn share() -> io::Result<*mut Shared> {
    // SAFETY: a new anonymous mapping, larger than what is put there and zero; the attributes are
    // initialised before use, and the mutex is made before anybody else sees it.
    unsafe {
        let (protection, flags) =
            (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        let start = libc::mmap(std::ptr::null_mut(), 4096, protection, flags, -1, 0);
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let shared: *mut Shared = start.cast();
        let mut attributes = MaybeUninit::uninit();
        libc::pthread_mutexattr_init(attributes.as_mut_ptr());
        libc::pthread_mutexattr_setpshared(attributes.as_mut_ptr(), libc::PTHREAD_PROCESS_SHARED);
        libc::pthread_mutexattr_setrobust(attributes.as_mut_ptr(), libc::PTHREAD_MUTEX_ROBUST);
        match libc::pthread_mutex_init(&raw mut (*shared).mutex, attributes.as_ptr()) {
            0 => Ok(shared),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
}
