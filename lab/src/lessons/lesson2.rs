//! Lesson 2: a web server.

use self::connections::talk;
use super::{common, endings};
use crate::{Check, Suite};

mod connections;
pub(crate) mod http;
pub(crate) mod requests;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const MANY: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /zh HTTP/1.1\r\nHost: x\r\n\r\n";

/// The checks of the server.
pub(super) static SERVER: Suite = Suite {
    name: "lesson2.server",
    about: "A web server for one sentence in two languages, which never resets a browser",
    checks: &[
        Check {
            name: "hello",
            points: 2,
            means: "A reply is a status line, headers, a blank line and a body; Content-Length \
                    says where the body ends.",
            run: requests::hello,
        },
        Check {
            name: "chinese",
            points: 1,
            means: "Content-Length counts bytes. 你好,世界 has five characters and thirteen bytes.",
            run: requests::chinese,
        },
        Check {
            name: "targets",
            points: 1,
            means: "The target is more than a path: a query may follow, and a proxy sends the \
                    whole URL.",
            run: requests::targets,
        },
        Check {
            name: "head",
            points: 1,
            means: "HEAD asks for the headers of GET without the body; one byte of body would be \
                    read as the next reply.",
            run: requests::head,
        },
        Check {
            name: "not-found",
            points: 1,
            means: "Whether there is such a thing comes first (404), then what may be done with it \
                    (405).",
            run: requests::not_found,
        },
        Check {
            name: "method",
            points: 1,
            means: "405 tells with Allow which methods there are.",
            run: requests::method,
        },
        Check {
            name: "malformed",
            points: 1,
            means: "What is no HTTP is answered with 400. After it nobody knows where the next \
                    request begins: the connection ends.",
            run: requests::malformed,
        },
        Check {
            name: "host",
            points: 1,
            means: "HTTP/1.1 requires Host, because many sites share an address.",
            run: requests::host,
        },
        Check {
            name: "version",
            points: 1,
            means: "A version that the server does not speak is 505, not a guess.",
            run: requests::version,
        },
        Check {
            name: "head-limit",
            points: 1,
            means: "What a client may fill needs a limit: 8,192 bytes and 100 headers here, then \
                    431.",
            run: requests::head_limit,
        },
        Check {
            name: "body",
            points: 1,
            means: "A body that nobody wants must be read all the same, or it is taken for the \
                    next request.",
            run: requests::body,
        },
        Check {
            name: "body-limit",
            points: 1,
            means: "A length over the limit is refused before the body comes: 413.",
            run: requests::body_limit,
        },
        Check {
            name: "lengths",
            points: 1,
            means: "Two ways to tell where a body ends are an attack (request smuggling), not a \
                    choice: 400.",
            run: requests::lengths,
        },
        Check {
            name: "expect-continue",
            points: 1,
            means: "A careful client asks before it sends a body; 100 Continue lets it go on.",
            run: requests::expect_continue,
        },
        Check {
            name: "empty-lines",
            points: 1,
            means: "Old clients send a line too many after a body; it is skipped.",
            run: requests::empty_lines,
        },
        Check {
            name: "keep-alive",
            points: 2,
            means: "A connection carries many requests; an error such as 404 does not end it.",
            run: connections::keep_alive,
        },
        Check {
            name: "connection-close",
            points: 1,
            means: "The client may ask for the end; the reply confirms it.",
            run: connections::connection_close,
        },
        Check {
            name: "old-version",
            points: 1,
            means: "HTTP/1.0 ends after a reply unless keep-alive is asked for, and needs no Host.",
            run: connections::old_version,
        },
        Check {
            name: "pipelining",
            points: 2,
            means: "One recv may bring three requests: answer all of them, in order.",
            run: connections::pipelining,
        },
        Check {
            name: "pipelining-split",
            points: 2,
            means: "A request may be cut anywhere, and the next one begin in the same packet. Keep \
                    what is not used yet.",
            run: connections::pipelining_split,
        },
        Check {
            name: "one-byte-pieces",
            points: 2,
            means: "Read until the blank line, however many reads that takes.",
            run: connections::one_byte_pieces,
        },
        Check {
            name: "long-request",
            points: 2,
            means: "recv(1024) and close resets everybody who sends 1,025 bytes: bytes that lie \
                    unread turn the close into a reset.",
            run: connections::long_request,
        },
        Check {
            name: "timeout",
            points: 1,
            means: "The time is for the whole request. A timeout for each recv would let a drop \
                    now and then hold a connection for ever.",
            run: connections::timeout,
        },
        Check {
            name: "idle-between-requests",
            points: 1,
            means: "A client that asks nothing has done nothing wrong: no 408, just the end.",
            run: connections::idle_between_requests,
        },
        Check {
            name: "silent-clients",
            points: 2,
            means: "Clients that say nothing must not hold the others: serve them at the same \
                    time.",
            run: connections::silent_clients,
        },
        Check {
            name: "more-clients-than-descriptors",
            points: 1,
            means: "Descriptors end before clients do. Wait until one is free; do not end, do not \
                    spin.",
            run: connections::more_clients_than_descriptors,
        },
        Check {
            name: "client-that-never-reads",
            points: 1,
            means: "TCP slows the sender down when nobody reads. Let it: do not collect replies in \
                    memory.",
            run: |trial| common::client_that_never_reads(trial, talk, MANY, true),
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
            means: "Browsers close connections all the time: EPIPE and ECONNRESET end one \
                    conversation, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, REQUEST),
        },
        Check {
            name: "flood",
            points: 1,
            means: "A request without an end must not fill the memory, and the drain before close \
                    must have an end too.",
            run: |trial| common::flood(trial, talk, b"GET /", &[b'x'; 64 << 10]),
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
            means: "Whoever waits for a client must be reached by the signal too.",
            run: |trial| endings::stop_with_idle_client(trial, b""),
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
