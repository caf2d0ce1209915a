//! Processes: start them, wait for them, share memory with them.
//!
//! Read in this order:
//!
//! 1. [`Process`]: a child, by fork(2) or by starting this program anew; [`ExitStatus`].
//! 2. [`init`], [`Tasks`], [`Task`]: how a fresh process finds the function that it is to run.
//! 3. [`SharedValue`], [`SharedArray`], [`Typecode`]: numbers that processes share.
//! 4. [`ProcessLock`], [`ProcessEvent`], [`ProcessSemaphore`]: to take turns, to tell, to limit.
//! 5. [`Descriptor`]: an open file, socket or pipe as an argument; [`exit`]: another exit code than 0 and 1.
//!
//! What is shared is an ordinary argument: give a child a clone of it. Its memory is a file without
//! a name (memfd_create(2)); its descriptor travels with the other arguments, and it is gone when the
//! last process that has it is.
//!
//! Linux only. One signal is taken for the children's own use: SIGRTMAX tells them that their
//! parent has ended.
//!
//! Python: `multiprocessing`. What differs:
//!
//! - A closure cannot be sent to a fresh process: tasks are functions, listed once in [`init`].
//! - Where CPython hangs when a process is killed (a lock, an event), here the others go on and are told.
//! - Integers do not wrap around silently; `+=` on shared memory is one step.

mod array;
mod bell;
mod builder;
mod child;
mod ending;
mod event;
mod exit;
mod frame;
mod futex;
mod lane;
mod lock;
mod memory;
mod orphan;
mod parcel;
mod parent_end;
mod robust;
mod semaphore;
mod shared;
mod spin;
mod start;
mod task;
mod typecode;
mod value;
mod worker_end;

pub use array::SharedArray;
pub(crate) use bell::{Bell, Sleeper};
pub use builder::Builder;
pub use child::Process;
pub use ending::exit;
pub(crate) use ending::{quietly, words_of};
pub use event::ProcessEvent;
pub use exit::ExitStatus;
pub(crate) use frame::{MESSAGE_LIMIT, receive_frame, send_frame};
pub(crate) use futex::Patience;
pub(crate) use lane::{BODY, DESCRIPTORS, INLINE, Lane, TaskHeader};
pub use lock::{LockError, OwnerDied, ProcessGuard, ProcessLock};
pub use parcel::{DESCRIPTOR_LIMIT, Descriptor};
pub(crate) use parcel::{Unpackable, append, gathering, handing_out, pack, take, unpack};
pub(crate) use parent_end::{ParentEnd, next_result};
pub use semaphore::ProcessSemaphore;
pub use shared::SharedError;
pub(crate) use spin::Spin;
pub use start::init;
pub(crate) use task::{Fault, name_of, number_of, run, runner};
pub use task::{Task, Tasks};
pub use typecode::{Char, Integer, Number, TYPECODES, Typecode, TypecodeRow};
pub use value::SharedValue;
pub(crate) use worker_end::{WorkerEnd, nap};
