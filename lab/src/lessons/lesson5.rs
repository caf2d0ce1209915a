//! Lesson 5: one thread, many clients.

use super::{common, endings};
use crate::{Check, Suite};

pub(crate) mod doors;
pub(crate) mod echo;
mod events;
pub(crate) mod load;
mod parts;
mod stdin;

pub(super) use parts::{PRINT_SERVER, STDIN, TWO_DOORS};

/// The checks of the server, whatever it waits with.
pub(super) static SERVER: Suite = Suite {
    name: "lesson5.server",
    about: "Sends back what it gets to any number of clients, from one thread",
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
            means: "What was sent is taken out of the queue. Who keeps it says A, then AB, then \
                    ABC.",
            run: echo::one_after_another,
        },
        Check {
            name: "many",
            points: 2,
            means: "One thread serves a hundred clients, because it waits for all of them at \
                    once.",
            run: echo::many,
        },
        Check {
            name: "half-close",
            points: 2,
            means: "A client that has said all still wants its replies: EOF ends the reading, \
                    not the connection.",
            run: echo::half_close,
        },
        Check {
            name: "tail",
            points: 3,
            means: "At EOF there may be replies in the queue. They go out first, then the \
                    connection is closed; until then EOF is not watched for, because it stays \
                    readable.",
            run: echo::tail,
        },
        Check {
            name: "end-of-stream",
            points: 1,
            means: "At EOF recv returns nothing, at once and for ever: whoever goes on watching \
                    never sleeps again.",
            run: echo::end_of_stream,
        },
        Check {
            name: "slow-reader",
            points: 4,
            means: "A send that waits for one client makes all wait. So nothing waits: there is \
                    a queue for each, with a limit above which the client is not read from.",
            run: load::slow_reader,
        },
        Check {
            name: "byte-a-second",
            points: 1,
            means: "A slow client costs nothing while it says nothing.",
            run: echo::byte_a_second,
        },
        Check {
            name: "come-and-go",
            points: 2,
            means: "Whoever is taken out of the wait must be closed, too: two things, two steps.",
            run: echo::come_and_go,
        },
        Check {
            name: "resets",
            points: 2,
            means: "A connection may break while its replies are queued. It is closed once, and \
                    then nobody looks at it again.",
            run: load::resets,
        },
        Check {
            name: "flood",
            points: 1,
            means: "100 MB there and back in bounded memory.",
            run: |trial| load::flood(trial, &["--quiet"]),
        },
        Check {
            name: "crowd",
            points: 2,
            means: "poll and epoll have no limit but that of open descriptors. select ends at \
                    1024: say so, and serve on.",
            run: load::crowd,
        },
        Check {
            name: "descriptor-limit",
            points: 2,
            means: "accept fails with EMFILE while the listener stays readable: stop watching it \
                    until somebody leaves.",
            run: load::descriptor_limit,
        },
        Check {
            name: "out-of-band",
            points: 1,
            means: "The third set of select is for exceptional conditions. A byte out of band is \
                    one; an error is not.",
            run: echo::out_of_band,
        },
        Check {
            name: "event-lines",
            points: 2,
            means: "A line for each event, with the address of the client it is about.",
            run: events::lines,
        },
        Check {
            name: "counted",
            points: 1,
            means: "send says how much it took. In the end it is what was received.",
            run: events::counted,
        },
        Check {
            name: "quiet",
            points: 1,
            means: "Printing costs more than an echo: --quiet prints no events.",
            run: events::quiet,
        },
        Check {
            name: "client-that-never-reads",
            points: 1,
            means: "A client that asks and never reads costs bounded memory, and does not hold \
                    up the end.",
            run: |trial| common::client_that_never_reads(trial, echo::talk, b"echo\n", true),
        },
        Check {
            name: "stop-with-replies",
            points: 2,
            means: "Replies that are queued at the signal go out to who reads them; nobody else \
                    is waited for.",
            run: load::stop_with_replies,
        },
        Check {
            name: "ready-line",
            points: 1,
            means: "With port 0 the kernel picks a free port; getsockname tells which.",
            run: |trial| common::ready_line(trial, echo::talk),
        },
        Check {
            name: "clients-that-leave",
            points: 2,
            means: "Clients leave when they like: ECONNRESET and EPIPE end one connection, never \
                    the server.",
            run: |trial| common::clients_that_leave(trial, echo::talk, b"echo\n"),
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
            name: "stop-with-idle-client",
            points: 1,
            means: "A client that says nothing must not hold up the end.",
            run: |trial| endings::stop_with_idle_client(trial, b""),
        },
        Check {
            name: "stop-under-load",
            points: 1,
            means: "A server is stopped while it is busy, as a rule.",
            run: |trial| common::stop_under_load(trial, echo::talk),
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
            run: |trial| endings::broken_stdout(trial, echo::talk),
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
            run: |trial| endings::ipv6(trial, echo::talk),
        },
        Check {
            name: "unix-socket",
            points: 1,
            means: "A Unix socket is a path, and a path outlives its process: clean up, and \
                    never over others.",
            run: |trial| endings::unix_socket(trial, echo::talk),
        },
    ],
};
