//! Lesson 6: a framework for servers, and files over a connection.

use super::lesson4::calls;
use super::lesson4::server::{self as ivr, GREETING, REQUEST, talk};
use super::{common, endings};
use crate::{Check, Suite};

mod dispatch;
mod others;
mod receiving;
mod refusals;
mod upload_client;
mod upload_server;
pub(crate) mod uploads;

pub(super) use others::{ECHO, SIMPLIFIED, UPLOAD};
pub(super) use receiving::UPLOAD_SERVER;

/// The checks of the framework's server with lesson 4's robot, however it runs its handlers.
pub(super) static SERVER: Suite = Suite {
    name: "lesson6.server",
    about: "The telephone robot for many callers at once: threads, processes or a pool",
    checks: &[
        Check {
            name: "dialogue",
            points: 2,
            means: "The server speaks first, then one reply a message, until exit; then the \
                    caller sees the end, because nobody else holds the connection open.",
            run: ivr::dialogue,
        },
        Check {
            name: "every-split",
            points: 2,
            means: "TCP keeps bytes, not messages: the same bytes, cut anywhere, must get the \
                    same replies.",
            run: ivr::every_split,
        },
        Check {
            name: "half-close",
            points: 1,
            means: "At EOF recv returns nothing, at once and for ever: whoever takes that for a \
                    message never stops.",
            run: calls::half_close,
        },
        Check {
            name: "parallel",
            points: 3,
            means: "A thread or a process for each caller: twenty can be in the middle of their \
                    calls (a pool has eight workers).",
            run: dispatch::parallel,
        },
        Check {
            name: "silent-client",
            points: 2,
            means: "Who serves callers side by side waits for each in its own place.",
            run: dispatch::silent_client,
        },
        Check {
            name: "children",
            points: 2,
            means: "A child process ends with its client, and its parent asks for its exit code. \
                    Threads leave nothing behind, either.",
            run: dispatch::children,
        },
        Check {
            name: "flood",
            points: 1,
            means: "A message without an end must not fill the memory.",
            run: calls::flood,
        },
        Check {
            name: "client-that-never-reads",
            points: 1,
            means: "send blocks when nobody reads. The signal to stop must reach the server \
                    there too.",
            run: dispatch::never_reads,
        },
        Check {
            name: "stop-in-calls",
            points: 2,
            means: "The signal ends the handlers, too, wherever they run; the port is free \
                    again.",
            run: dispatch::stop_in_calls,
        },
        Check {
            name: "ready-line",
            points: 1,
            means: "With port 0 the kernel picks a free port; getsockname tells which.",
            run: |trial| common::ready_line(trial, talk),
        },
        Check {
            name: "clients-that-leave",
            points: 2,
            means: "Clients leave when they like: ECONNRESET and EPIPE end one connection, never \
                    the server.",
            run: |trial| common::clients_that_leave(trial, talk, REQUEST),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "A connection that nobody closes is lost until the program ends.",
            run: |trial| common::descriptors_return(trial, talk, REQUEST),
        },
        Check {
            name: "descriptor-limit",
            points: 1,
            means: "accept can fail for want of descriptors. The client waits in the queue of \
                    the kernel meanwhile.",
            run: |trial| common::descriptor_limit(trial, talk),
        },
        Check {
            name: "idle-cpu",
            points: 2,
            means: "A server without work sleeps until the kernel wakes it.",
            run: |trial| common::idle_cpu(trial, talk),
        },
        Check {
            name: "stop-idle",
            points: 1,
            means: "SIGTERM and SIGINT end the server in order, and it says how many it has \
                    served.",
            run: |trial| endings::stop_idle(trial, talk),
        },
        Check {
            name: "stop-with-idle-client",
            points: 1,
            means: "A client that says nothing must not hold up the end.",
            run: |trial| endings::stop_with_idle_client(trial, GREETING.as_bytes()),
        },
        Check {
            name: "stop-under-load",
            points: 1,
            means: "A server is stopped while it is busy, as a rule.",
            run: |trial| common::stop_under_load(trial, talk),
        },
        Check {
            name: "port-in-use",
            points: 1,
            means: "An error message says who, what and why.",
            run: endings::port_in_use,
        },
        Check {
            name: "broken-stdout",
            points: 1,
            means: "`server | head -1` ends a program; it is no failure.",
            run: |trial| endings::broken_stdout(trial, talk),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
        Check {
            name: "ipv6",
            points: 1,
            means: "The address family belongs to the address, not to the program.",
            run: |trial| endings::ipv6(trial, talk),
        },
        Check {
            name: "unix-socket",
            points: 1,
            means: "A Unix socket is a path, and a path outlives its process: clean up, and \
                    never over others.",
            run: |trial| endings::unix_socket(trial, talk),
        },
    ],
};
