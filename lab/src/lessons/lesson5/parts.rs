//! Lesson 5: the smaller programs.

use super::{doors, events, stdin};
use crate::lessons::lesson4::server::{REQUEST, talk};
use crate::lessons::{common, endings};
use crate::{Check, Suite};

/// The checks of the server that only prints.
pub(in crate::lessons) static PRINT_SERVER: Suite = Suite {
    name: "lesson5.print-server",
    about: "Prints what any client says, and answers nothing",
    checks: &[
        Check {
            name: "printed",
            points: 2,
            means: "A line for each event, with the address of the client it is about; the whole \
                    text, shown safely; no reply.",
            run: events::printed,
        },
        Check {
            name: "in-pieces",
            points: 1,
            means: "A stream comes in pieces of any size. None may be lost.",
            run: events::printed_in_pieces,
        },
        Check {
            name: "many",
            points: 1,
            means: "One thread hears a hundred clients, because it waits for all of them at \
                    once.",
            run: events::hundred,
        },
        Check {
            name: "end-of-stream",
            points: 1,
            means: "At EOF recv returns nothing, at once and for ever: whoever goes on watching \
                    never sleeps again.",
            run: events::end_of_stream,
        },
        Check {
            name: "ready-line",
            points: 1,
            means: "With port 0 the kernel picks a free port; getsockname tells which.",
            run: |trial| common::ready_line(trial, events::listen),
        },
        Check {
            name: "clients-that-leave",
            points: 2,
            means: "Clients leave when they like: ECONNRESET and EPIPE end one connection, never \
                    the server.",
            run: |trial| common::clients_that_leave(trial, events::listen, b"hello\n"),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "A connection that nobody closes is lost until the program ends.",
            run: |trial| common::descriptors_return(trial, events::listen, b"hello\n"),
        },
        Check {
            name: "descriptor-limit",
            points: 1,
            means: "accept can fail for want of descriptors. The client waits in the queue of \
                    the kernel meanwhile.",
            run: |trial| common::descriptor_limit(trial, events::listen),
        },
        Check {
            name: "idle-cpu",
            points: 2,
            means: "A server without work sleeps until the kernel wakes it.",
            run: |trial| common::idle_cpu(trial, events::listen),
        },
        Check {
            name: "stop-idle",
            points: 1,
            means: "SIGTERM and SIGINT end the server in order, and it says how many it has \
                    served.",
            run: |trial| endings::stop_idle(trial, events::listen),
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
            run: |trial| common::stop_under_load(trial, events::listen),
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
            run: |trial| endings::broken_stdout(trial, events::listen),
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
            run: |trial| endings::ipv6(trial, events::listen),
        },
        Check {
            name: "unix-socket",
            points: 1,
            means: "A Unix socket is a path, and a path outlives its process: clean up, and \
                    never over others.",
            run: |trial| endings::unix_socket(trial, events::listen),
        },
    ],
};

/// The checks of the robot with two listeners.
pub(in crate::lessons) static TWO_DOORS: Suite = Suite {
    name: "lesson5.two-doors",
    about: "Lesson 4's robot behind two doors, a thread for each caller",
    checks: &[
        Check {
            name: "both",
            points: 2,
            means: "Each door has its own address, and the same robot behind it.",
            run: doors::both,
        },
        Check {
            name: "any-order",
            points: 2,
            means: "The wait says which door somebody stands at. Who accepts at both in turn \
                    waits at the wrong one.",
            run: doors::any_order,
        },
        Check {
            name: "at-once",
            points: 2,
            means: "Each caller has a thread, so six can be in the middle of their calls.",
            run: doors::at_once,
        },
        Check {
            name: "stop",
            points: 1,
            means: "Both doors are closed and both doors' callers counted.",
            run: doors::stop,
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

/// The checks of the wait for standard input.
pub(in crate::lessons) static STDIN: Suite = Suite {
    name: "lesson5.stdin",
    about: "Prints each line that is typed, and a dot for each idle second",
    checks: &[
        Check {
            name: "line",
            points: 1,
            means: "What is typed is printed, a line at a time.",
            run: stdin::line,
        },
        Check {
            name: "several-at-once",
            points: 2,
            means: "A library's buffer takes three lines from the kernel and gives one: the wait \
                    knows nothing of the others.",
            run: stdin::several_at_once,
        },
        Check {
            name: "half-a-line",
            points: 1,
            means: "One read may bring a part of a line.",
            run: stdin::half_a_line,
        },
        Check {
            name: "many-lines",
            points: 1,
            means: "However much is typed at once, nothing is lost, and EOF comes after it.",
            run: stdin::many_lines,
        },
        Check {
            name: "dots",
            points: 1,
            means: "A wait with a time limit returns with nothing, once a second, and sleeps in \
                    between.",
            run: stdin::dots,
        },
        Check {
            name: "end-of-input",
            points: 2,
            means: "The end of the input stays readable for ever: it is the end of the program, \
                    not an empty line.",
            run: stdin::end_of_input,
        },
    ],
};
