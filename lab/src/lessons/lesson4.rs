//! Lesson 4: a talking machine.

use self::server::{GREETING, REQUEST, talk};
use super::{common, endings};
use crate::{Check, Suite};

pub(crate) mod calls;
mod client;
pub(crate) mod server;

/// The checks of the server.
pub(super) static SERVER: Suite = Suite {
    name: "lesson4.server",
    about: "A telephone robot: greets, answers 0, hangs up at exit, asks again for everything else",
    checks: &[
        Check {
            name: "dialogue",
            points: 2,
            means: "The server speaks first, then one reply a message, until exit.",
            run: server::dialogue,
        },
        Check {
            name: "bare-chunks",
            points: 1,
            means: "The document's client sends no newline. A rule is needed for it, and the rule \
                    must be said.",
            run: server::bare_chunks,
        },
        Check {
            name: "every-split",
            points: 3,
            means: "TCP keeps bytes, not messages: the same bytes, cut anywhere, must get the same \
                    replies.",
            run: server::every_split,
        },
        Check {
            name: "glued",
            points: 2,
            means: "Two sends may arrive in one recv. Without a separator `0` and `exit` are the \
                    one message `0exit`.",
            run: server::glued,
        },
        Check {
            name: "enter",
            points: 1,
            means: "Pressing Enter is a message: a newline is sent. send of nothing sends nothing.",
            run: server::enter,
        },
        Check {
            name: "late-newline",
            points: 1,
            means: "A newline may arrive after its message was answered; it is the end of that \
                    one, not a new one.",
            run: server::late_newline,
        },
        Check {
            name: "carriage-return",
            points: 1,
            means: "telnet ends lines with \\r\\n.",
            run: server::carriage_return,
        },
        Check {
            name: "long-message",
            points: 2,
            means: "Refuse what is too long once, and find the next message behind its newline.",
            run: server::long_message,
        },
        Check {
            name: "unfinished-tail",
            points: 1,
            means: "EOF ends the call. What has no newline yet was never a message.",
            run: server::unfinished_tail,
        },
        Check {
            name: "half-close",
            points: 2,
            means: "At EOF recv returns nothing, at once and for ever: whoever takes that for a \
                    message never stops.",
            run: calls::half_close,
        },
        Check {
            name: "second-caller",
            points: 2,
            means: "One call at a time: the second caller waits in the queue of the kernel, and is \
                    greeted when the first hangs up.",
            run: calls::second_caller,
        },
        Check {
            name: "silent-caller",
            points: 1,
            means: "A caller who says nothing is hung up on, because others wait.",
            run: calls::silent_caller,
        },
        Check {
            name: "flood",
            points: 2,
            means: "A message without an end must not fill the memory.",
            run: calls::flood,
        },
        Check {
            name: "client-that-never-reads",
            points: 1,
            means: "send blocks when nobody reads. The signal to stop must reach the server there \
                    too.",
            run: |trial| common::client_that_never_reads(trial, talk, b"0\n", false),
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
            means: "Callers hang up when they like: EPIPE and ECONNRESET end one call, never the \
                    server.",
            run: |trial| common::clients_that_leave(trial, talk, REQUEST),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor; every way out of the conversation must close \
                    it.",
            run: |trial| common::descriptors_return(trial, talk, REQUEST),
        },
        Check {
            name: "descriptor-limit",
            points: 1,
            means: "accept can fail for reasons that pass. Wait a little and go on.",
            run: |trial| common::descriptor_limit(trial, talk),
        },
        Check {
            name: "idle-cpu",
            points: 1,
            means: "A blocked call costs nothing; looking again and again costs a whole CPU.",
            run: |trial| common::idle_cpu(trial, talk),
        },
        Check {
            name: "stop-idle",
            points: 1,
            means: "A signal asks the server to stop: it ends the loop, says how many it has \
                    served and returns 0.",
            run: |trial| endings::stop_idle(trial, talk),
        },
        Check {
            name: "stop-with-idle-client",
            points: 1,
            means: "A server that is blocked in recv must be reached by the signal too.",
            run: |trial| endings::stop_with_idle_client(trial, GREETING.as_bytes()),
        },
        Check {
            name: "stop-under-load",
            points: 1,
            means: "Stopping means to accept no more, not to wait until nobody comes any more.",
            run: |trial| common::stop_under_load(trial, talk),
        },
        Check {
            name: "port-in-use",
            points: 1,
            means: "A message says who, what, why, and what to try; the exit code says that it \
                    failed.",
            run: endings::port_in_use,
        },
        Check {
            name: "broken-stdout",
            points: 1,
            means: "`server | head -1` is a right use: a reader that leaves is no error.",
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
            means: "A Unix socket is a path, and a path outlives its process: clean up, and never \
                    over others.",
            run: |trial| endings::unix_socket(trial, talk),
        },
    ],
};

/// The checks of the client.
pub(super) static CLIENT: Suite = Suite {
    name: "lesson4.client",
    about: "A telephone: prints what the robot says, sends what is typed",
    checks: &[
        Check {
            name: "dialogue",
            points: 2,
            means: "Each reply is printed, each line is sent with its newline, exit ends the \
                    client.",
            run: client::dialogue,
        },
        Check {
            name: "enter",
            points: 1,
            means: "An empty line is sent as a newline; without it nothing would be sent, and both \
                    sides would wait.",
            run: client::enter,
        },
        Check {
            name: "end-of-input",
            points: 1,
            means: "EOF on stdin is the other way to stop: the client is used in pipes.",
            run: client::end_of_input,
        },
        Check {
            name: "silent-line",
            points: 1,
            means: "Whoever waits for an answer needs a timeout, and says that it has passed.",
            run: client::silent_line,
        },
        Check {
            name: "hung-up",
            points: 1,
            means: "A server that hangs up is an event to tell, not a crash.",
            run: client::hung_up,
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};
