//! Lesson 6: the echo, the thirty lines, and the upload client.

use super::{dispatch, upload_client};
use crate::lessons::lesson4::calls;
use crate::lessons::lesson4::server::{self as ivr, GREETING, REQUEST, talk};
use crate::lessons::lesson5::{echo, load};
use crate::lessons::{common, endings};
use crate::{Check, Suite};

/// The checks of the same server with another handler.
pub(in crate::lessons) static ECHO: Suite = Suite {
    name: "lesson6.echo",
    about: "The framework's server with the echo handler",
    checks: &[
        Check {
            name: "echo",
            points: 2,
            means: "What a client says comes back, byte for byte, and the connection ends when \
                    the client has said all.",
            run: echo::one_client,
        },
        Check {
            name: "one-after-another",
            points: 1,
            means: "Each message comes back once.",
            run: echo::one_after_another,
        },
        Check {
            name: "half-close",
            points: 2,
            means: "A client that has said all still wants its replies: EOF ends the reading, \
                    not the connection.",
            run: echo::half_close,
        },
        Check {
            name: "parallel",
            points: 3,
            means: "The handler knows nothing of how it is run: this one, too, serves several at \
                    once.",
            run: dispatch::echo_parallel,
        },
        Check {
            name: "flood",
            points: 1,
            means: "100 MB there and back in bounded memory.",
            run: |trial| load::flood(trial, &[]),
        },
        Check {
            name: "client-that-never-reads",
            points: 1,
            means: "send blocks when nobody reads. The signal to stop must reach the server \
                    there too.",
            run: dispatch::echo_never_reads,
        },
        Check {
            name: "clients-that-leave",
            points: 2,
            means: "Clients leave when they like: ECONNRESET and EPIPE end one connection, never \
                    the server.",
            run: |trial| common::clients_that_leave(trial, echo::talk, b"echo\n"),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "A connection that nobody closes is lost until the program ends.",
            run: |trial| common::descriptors_return(trial, echo::talk, b"echo\n"),
        },
        Check {
            name: "idle-cpu",
            points: 2,
            means: "A server without work sleeps until the kernel wakes it.",
            run: |trial| common::idle_cpu(trial, echo::talk),
        },
        Check {
            name: "stop-idle",
            points: 1,
            means: "SIGTERM and SIGINT end the server in order, and it says how many it has \
                    served.",
            run: |trial| endings::stop_idle(trial, echo::talk),
        },
        Check {
            name: "stop-under-load",
            points: 1,
            means: "A server is stopped while it is busy, as a rule.",
            run: |trial| common::stop_under_load(trial, echo::talk),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

/// The checks of the server without the framework.
pub(in crate::lessons) static SIMPLIFIED: Suite = Suite {
    name: "lesson6.simplified",
    about: "One wait for the listener, a thread for each caller",
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
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};

/// The checks of the upload client.
pub(in crate::lessons) static UPLOAD: Suite = Suite {
    name: "lesson6.upload",
    about: "Sends files, and believes the server only when its digest is right",
    checks: &[
        Check {
            name: "file",
            points: 2,
            means: "Header, wait for ready, content, and the digest that the server must answer.",
            run: upload_client::file,
        },
        Check {
            name: "waits-for-ready",
            points: 1,
            means: "The server may refuse: content that is sent before would be taken for \
                    headers.",
            run: upload_client::waits_for_ready,
        },
        Check {
            name: "several",
            points: 2,
            means: "The protocol says where a file ends, so one connection carries many.",
            run: upload_client::several,
        },
        Check {
            name: "wrong-digest",
            points: 2,
            means: "Arrived is what the server can prove.",
            run: upload_client::wrong_digest,
        },
        Check {
            name: "refused",
            points: 1,
            means: "The user wants the server's reason, and a script the exit code.",
            run: upload_client::refused,
        },
        Check {
            name: "hung-up",
            points: 1,
            means: "A server that goes is an event to tell, not a crash.",
            run: upload_client::hung_up,
        },
        Check {
            name: "nobody-there",
            points: 1,
            means: "An error message says who, what and why.",
            run: upload_client::nobody_there,
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};
