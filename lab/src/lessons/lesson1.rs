//! Lesson 1: one request, one reply.

use super::{common, endings};
use crate::{Check, Suite};

mod client;
mod server;

const QUESTION: &str = "请求占领地球";
const REPLY: &str = "不要回答,不要回答,不要回答";

/// The checks of the server.
pub(super) static SERVER: Suite = Suite {
    name: "lesson1.server",
    about: "A server that prints each request with its sender and replies the same words to everybody",
    checks: &[
        Check {
            name: "reply",
            points: 2,
            means: "The server sends its whole reply and then ends the connection; the client \
                    reads until EOF, because TCP has no messages.",
            run: server::reply,
        },
        Check {
            name: "ready-line",
            points: 1,
            means: "With port 0 the kernel picks a free port; getsockname tells which. A line is \
                    only news when it is flushed.",
            run: |trial| common::ready_line(trial, server::talk),
        },
        Check {
            name: "peer-address",
            points: 1,
            means: "accept returns the address of the other end. The own address (getsockname) is \
                    the same for all clients.",
            run: server::peer_address,
        },
        Check {
            name: "escapes",
            points: 1,
            means: "What a peer sends may be no text, or may move your terminal's cursor. Escape \
                    it before you print it.",
            run: server::escapes,
        },
        Check {
            name: "long-request",
            points: 3,
            means: "close with unread bytes in the socket makes the kernel send a reset, which may \
                    destroy the reply on its way. Say shutdown(write), read what still comes, then \
                    close.",
            run: server::long_request,
        },
        Check {
            name: "one-byte-pieces",
            points: 1,
            means: "recv returns what is there, perhaps one byte. What the client sends later must \
                    not break the reply.",
            run: server::one_byte_pieces,
        },
        Check {
            name: "empty",
            points: 1,
            means: "recv returning zero bytes means that the client sends no more; it may still \
                    read.",
            run: server::empty,
        },
        Check {
            name: "half-close",
            points: 1,
            means: "A connection has two directions: the client has closed only its own.",
            run: server::half_close,
        },
        Check {
            name: "silent-client",
            points: 2,
            means: "A client that says nothing would hold a sequential server for ever: give the \
                    receive a timeout.",
            run: server::silent_client,
        },
        Check {
            name: "lingering-client",
            points: 1,
            means: "The polite end must be bounded: a client that never closes must not hold the \
                    server.",
            run: server::lingering_client,
        },
        Check {
            name: "clients-that-leave",
            points: 2,
            means: "Clients leave when they like: EPIPE and ECONNRESET end one conversation, never \
                    the server.",
            run: |trial| common::clients_that_leave(trial, server::talk, QUESTION.as_bytes()),
        },
        Check {
            name: "flood",
            points: 1,
            means: "Every buffer that a peer can fill has a limit, and the drain before close \
                    throws away what it reads.",
            run: |trial| common::flood(trial, server::talk, b"", &[b'x'; 64 << 10]),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor; every way out of the conversation must close \
                    it.",
            run: |trial| common::descriptors_return(trial, server::talk, QUESTION.as_bytes()),
        },
        Check {
            name: "descriptor-limit",
            points: 1,
            means: "accept can fail for reasons that pass. Wait a little and go on.",
            run: |trial| common::descriptor_limit(trial, server::talk),
        },
        Check {
            name: "idle-cpu",
            points: 1,
            means: "A blocked call costs nothing; looking again and again costs a whole CPU.",
            run: |trial| common::idle_cpu(trial, server::talk),
        },
        Check {
            name: "stop-idle",
            points: 1,
            means: "A signal asks the server to stop: it ends the loop, says how many it has \
                    served and returns 0.",
            run: |trial| endings::stop_idle(trial, server::talk),
        },
        Check {
            name: "stop-with-idle-client",
            points: 1,
            means: "A server that is blocked in recv must be reached by the signal too.",
            run: |trial| endings::stop_with_idle_client(trial, b""),
        },
        Check {
            name: "stop-under-load",
            points: 1,
            means: "Stopping means to accept no more, not to wait until nobody comes any more.",
            run: |trial| common::stop_under_load(trial, server::talk),
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
            run: |trial| endings::broken_stdout(trial, server::talk),
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
            run: |trial| endings::ipv6(trial, server::talk),
        },
        Check {
            name: "unix-socket",
            points: 1,
            means: "A Unix socket is a path, and a path outlives its process: clean up, and never \
                    over others.",
            run: |trial| endings::unix_socket(trial, server::talk),
        },
    ],
};

/// The checks of the client.
pub(super) static CLIENT: Suite = Suite {
    name: "lesson1.client",
    about: "A client that sends one text, reads the reply to its end and prints it",
    checks: &[
        Check {
            name: "request",
            points: 2,
            means: "connect, send everything, read until EOF, print.",
            run: client::request,
        },
        Check {
            name: "text",
            points: 1,
            means: "What is sent is what the user typed, byte for byte.",
            run: client::text,
        },
        Check {
            name: "reply-in-pieces",
            points: 2,
            means: "recv returns what is there: a reply, and even one character, may come in many \
                    pieces.",
            run: client::pieces,
        },
        Check {
            name: "long-reply",
            points: 1,
            means: "The end of the reply is EOF, not a full buffer.",
            run: client::long_reply,
        },
        Check {
            name: "stays-open",
            points: 1,
            means: "Closing one direction tells the server that no more is coming; this client \
                    does not say that.",
            run: client::stays_open,
        },
        Check {
            name: "refused",
            points: 1,
            means: "Nobody listens: an answer from the other machine's kernel, and an error for \
                    the user.",
            run: client::refused,
        },
        Check {
            name: "silent-server",
            points: 1,
            means: "A server that never replies must not hold the client for ever: --timeout.",
            run: client::silent_server,
        },
        Check {
            name: "reset",
            points: 1,
            means: "A connection that is broken off is an error, not an empty reply.",
            run: client::reset,
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};
