//! Lesson 3: datagrams.

use super::endings;
use crate::{Check, Suite};

mod client;
mod echo;
mod server;

/// The checks of the server that prints.
pub(super) static SERVER: Suite = Suite {
    name: "lesson3.server",
    about: "A server that prints each datagram with its sender and size",
    checks: &[
        Check {
            name: "datagram",
            points: 2,
            means: "recvfrom returns one whole message and who sent it. There is no connection.",
            run: server::datagram,
        },
        Check {
            name: "peer-address",
            points: 1,
            means: "The sender comes with each datagram; the own address is the same for all.",
            run: server::peer_address,
        },
        Check {
            name: "sizes",
            points: 1,
            means: "A datagram has up to 65,507 bytes, and a receive buffer must be as large as \
                    the largest one.",
            run: server::sizes,
        },
        Check {
            name: "empty",
            points: 1,
            means: "A datagram of no bytes is a message. UDP has no end of file.",
            run: server::empty,
        },
        Check {
            name: "truncation",
            points: 2,
            means: "What does not fit into the buffer is lost. MSG_TRUNC tells; the next recvfrom \
                    is the next datagram.",
            run: server::truncation,
        },
        Check {
            name: "escapes",
            points: 1,
            means: "What a peer sends may be no text, or may move your terminal's cursor. Escape \
                    it before you print it.",
            run: server::escapes,
        },
        Check {
            name: "no-echo",
            points: 1,
            means: "Without --echo nobody is answered.",
            run: server::no_echo,
        },
        Check {
            name: "burst",
            points: 1,
            means: "More datagrams than the socket's buffer holds are lost; the server must not \
                    be.",
            run: server::burst,
        },
        Check {
            name: "ready-line",
            points: 1,
            means: "With port 0 the kernel picks a free port; getsockname tells which.",
            run: server::ready_line,
        },
        Check {
            name: "idle-cpu",
            points: 1,
            means: "A blocked call costs nothing; looking again and again costs a whole CPU.",
            run: server::idle_cpu,
        },
        Check {
            name: "stop",
            points: 1,
            means: "A signal asks the server to stop: it ends the loop, says how many it has \
                    received and returns 0.",
            run: server::stop,
        },
        Check {
            name: "stop-under-load",
            points: 1,
            means: "Stopping means to receive no more, not to wait until nobody sends any more.",
            run: server::stop_under_load,
        },
        Check {
            name: "port-in-use",
            points: 1,
            means: "A message says who, what, why, and what to try; the exit code says that it \
                    failed.",
            run: endings::udp_port_in_use,
        },
        Check {
            name: "broken-stdout",
            points: 1,
            means: "`server | head -1` is a right use: a reader that leaves is no error.",
            run: server::broken_stdout,
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
            run: server::ipv6,
        },
    ],
};

/// The checks of the server that answers; the option `--echo` is added.
pub(super) static ECHO: Suite = Suite {
    name: "lesson3.echo",
    about: "The same server with --echo: sends back what it has received",
    checks: &[
        Check {
            name: "echo",
            points: 2,
            means: "sendto with the address that recvfrom gave.",
            run: echo::echo,
        },
        Check {
            name: "three-clients",
            points: 2,
            means: "One socket serves everybody: each answer goes to the sender of its own \
                    question.",
            run: echo::three_clients,
        },
        Check {
            name: "empty",
            points: 1,
            means: "A datagram of no bytes is a message and gets its answer.",
            run: echo::empty,
        },
        Check {
            name: "sizes",
            points: 1,
            means: "One datagram in, one datagram out, whatever its size.",
            run: echo::sizes,
        },
        Check {
            name: "truncated",
            points: 1,
            means: "Only what was kept can be sent back.",
            run: echo::truncated,
        },
        Check {
            name: "client-gone",
            points: 1,
            means: "An answer to nobody brings an ICMP message (ECONNREFUSED at worst), never the \
                    server's end.",
            run: echo::client_gone,
        },
    ],
};

/// The checks of the client.
pub(super) static CLIENT: Suite = Suite {
    name: "lesson3.client",
    about: "A client that sends each line of its input as a datagram",
    checks: &[
        Check {
            name: "lines",
            points: 2,
            means: "Each line is one datagram, without its newline: UDP keeps messages apart by \
                    itself.",
            run: client::lines,
        },
        Check {
            name: "exit",
            points: 1,
            means: "`exit` is for the client itself; it is not sent.",
            run: client::exit,
        },
        Check {
            name: "end-of-input",
            points: 1,
            means: "EOF on stdin is the other way to stop: the client is used in pipes.",
            run: client::end_of_input,
        },
        Check {
            name: "long-line",
            points: 1,
            means: "One line, one datagram, up to 65,507 bytes.",
            run: client::long_line,
        },
        Check {
            name: "echo",
            points: 1,
            means: "With --echo the client waits for the answer and prints it. Anybody may send to its port: only \
                    what comes from the server's address is an answer.",
            run: client::echo,
        },
        Check {
            name: "echo-timeout",
            points: 1,
            means: "An answer may be lost. Whoever waits for one needs a timeout.",
            run: client::echo_timeout,
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: endings::usage,
        },
    ],
};
