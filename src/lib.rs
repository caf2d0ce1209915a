//! The library behind the eight lessons: sockets, framing, tracing and what a command line needs.
//!
//! Read the modules in this order; each uses only what stands before it:
//!
//! | layer | module | holds | Python's name |
//! |---|---|---|---|
//! | 0 | [`sys`] | the few system calls that no crate offers safely; the stop switch | – |
//! | 0 | [`framing`] | bytes into lines, frames and messages, always with a limit | – (粘包) |
//! | 0 | [`trace`] | what happened, as a closed set of typed events | – |
//! | 0 | [`cli`] | addresses in messages, the ready line, signals, errors, two languages | `argparse`, `signal` |
//! | 1 | [`net`] | sockets, listeners, addresses, timeouts | `socket` |
//! | 1 | [`selector`] | one wait for many sources: select, poll, epoll | `select`, `selectors` |
//! | 1 | [`sync`] | locks, events, semaphores, barriers between threads | `threading` |
//! | 1 | [`upload`] | files over a connection, whole or not at all | – |
//! | 1 | [`process`] | children, shared memory, locks between processes | `multiprocessing` |
//! | 2 | [`pool`] | worker processes that stay | `multiprocessing.Pool` |
//! | 2 | [`event_loop`] | one thread's connections, queues and timers | `asyncio` |
//! | 2 | [`server`] | a framework: transport × handler × dispatch | `socketserver` |
//! | 3 | [`manager`] | dictionaries and lists in a process of their own | `multiprocessing.Manager` |
//!
//! Nothing here prints but [`cli`], and a child that panics; nothing starts a thread that you did not ask for;
//! every buffer that a peer can fill has a limit; every wait has a deadline or can be stopped.

pub mod sys;

pub mod framing;

pub mod trace;

pub mod cli;

pub mod net;

pub mod selector;

pub mod sync;

pub mod upload;

pub mod process;

pub mod pool;

pub mod event_loop;

pub mod server;

pub mod manager;

/// Lists functions that may run in other processes: `process::init(tasks![square, fib])`.
///
/// See [`process::Task`] for what a function must be like.
#[macro_export]
macro_rules! tasks {
    ($($task:path),* $(,)?) => {
        $crate::process::Tasks::new().with($crate::pool::work).with($crate::manager::serve)$(.with($task))*
    };
}

/// The chapters of the book are doctests: their Rust blocks compile and run with `cargo test`.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../book/src/lesson1.md")]
    mod lesson1 {}
    #[doc = include_str!("../book/src/lesson2.md")]
    mod lesson2 {}
    #[doc = include_str!("../book/src/lesson3.md")]
    mod lesson3 {}
    #[doc = include_str!("../book/src/lesson4.md")]
    mod lesson4 {}
    #[doc = include_str!("../book/src/lesson5.md")]
    mod lesson5 {}
    #[doc = include_str!("../book/src/lesson6.md")]
    mod lesson6 {}
    #[doc = include_str!("../book/src/lesson7.md")]
    mod lesson7 {}
    #[doc = include_str!("../book/src/lesson8.md")]
    mod lesson8 {}
}
