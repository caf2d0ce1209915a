//! Lesson 6: the upload server's table.

use super::{refusals, upload_server, uploads};
use crate::lessons::{common, endings};
use crate::{Check, Suite};

/// The checks of the upload server. Each one starts it with `--dir FOLDER`.
pub(in crate::lessons) static UPLOAD_SERVER: Suite = Suite {
    name: "lesson6.upload-server",
    about: "Takes files: each whole or not at all, and only into its folder",
    checks: &[
        Check {
            name: "file",
            points: 2,
            means: "The size ends the file, the digest proves it: that is what the two lines are \
                    for.",
            run: upload_server::file,
        },
        Check {
            name: "back-to-back",
            points: 3,
            means: "Bytes behind a file are the next header. Who takes one recv for one header \
                    loses them, whatever is acknowledged in between.",
            run: upload_server::back_to_back,
        },
        Check {
            name: "pieces",
            points: 3,
            means: "A stream can be cut anywhere, also within a header.",
            run: upload_server::pieces,
        },
        Check {
            name: "empty-file",
            points: 1,
            means: "Nothing has to be received for a file of 0 bytes, and recv for nothing would \
                    wait for ever.",
            run: upload_server::empty_file,
        },
        Check {
            name: "names",
            points: 2,
            means: "Chinese, spaces and bars are no danger: the size stands behind the last bar.",
            run: upload_server::names,
        },
        Check {
            name: "refused-names",
            points: 4,
            means: "A name from a peer becomes a path only when it cannot lead out of the \
                    folder.",
            run: refusals::names,
        },
        Check {
            name: "refused-sizes",
            points: 2,
            means: "A size is decimal digits, and not more than you want to store.",
            run: refusals::sizes,
        },
        Check {
            name: "long-header",
            points: 1,
            means: "Refuse what is too long once, and find the next header behind its newline.",
            run: refusals::long_header,
        },
        Check {
            name: "broken-uploads",
            points: 4,
            means: "A client can go at every byte. What has not come whole is nothing, and recv \
                    returns nothing for ever.",
            run: refusals::broken,
        },
        Check {
            name: "disk-full",
            points: 1,
            means: "A write can fail, and at this limit also raise a signal, SIGXFSZ, that ends \
                    who does not ignore it. The client is told, and nothing is left.",
            run: refusals::disk_full,
        },
        Check {
            name: "half-a-file",
            points: 1,
            means: "EOF within a file means that it is broken, not that it is short.",
            run: refusals::half_a_file,
        },
        Check {
            name: "same-name",
            points: 2,
            means: "Each upload has a file of its own until it is whole.",
            run: upload_server::same_name,
        },
        Check {
            name: "replaces",
            points: 1,
            means: "A rename replaces in one step: others see the old file or the new one.",
            run: upload_server::replaces,
        },
        Check {
            name: "folder",
            points: 1,
            means: "A folder of the announced name is no place for a file, and no reason to hang \
                    up.",
            run: upload_server::folder_of_that_name,
        },
        Check {
            name: "many",
            points: 2,
            means: "Ten clients at once, and nobody waits for the silent one.",
            run: upload_server::many,
        },
        Check {
            name: "large",
            points: 2,
            means: "A file is larger than memory, some day.",
            run: upload_server::large,
        },
        Check {
            name: "timeout",
            points: 1,
            means: "Who says nothing is not waited for, nor is half of its file kept.",
            run: upload_server::timeout,
        },
        Check {
            name: "stored-line",
            points: 1,
            means: "Who sent what is printed, a line a file.",
            run: upload_server::stored_line,
        },
        Check {
            name: "ready-line",
            points: 1,
            means: "With port 0 the kernel picks a free port; getsockname tells which.",
            run: |trial| uploads::prepare(trial).and_then(|_| common::ready_line(trial, uploads::talk)),
        },
        Check {
            name: "clients-that-leave",
            points: 2,
            means: "Clients leave when they like: ECONNRESET and EPIPE end one connection, never \
                    the server.",
            run: |trial| {
                uploads::prepare(trial)
                    .and_then(|_| common::clients_that_leave(trial, uploads::talk, b"hello.txt|12\nHello"))
            },
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "A connection that nobody closes is lost until the program ends.",
            run: |trial| {
                uploads::prepare(trial)
                    .and_then(|_| common::descriptors_return(trial, uploads::talk, b"hello.txt|12\nHello"))
            },
        },
        Check {
            name: "descriptor-limit",
            points: 1,
            means: "accept can fail for want of descriptors. The client waits in the queue of \
                    the kernel meanwhile.",
            run: |trial| uploads::prepare(trial).and_then(|_| common::descriptor_limit(trial, uploads::talk)),
        },
        Check {
            name: "idle-cpu",
            points: 2,
            means: "A server without work sleeps until the kernel wakes it.",
            run: |trial| uploads::prepare(trial).and_then(|_| common::idle_cpu(trial, uploads::talk)),
        },
        Check {
            name: "stop-idle",
            points: 1,
            means: "SIGTERM and SIGINT end the server in order, and it says how many it has \
                    served.",
            run: |trial| uploads::prepare(trial).and_then(|_| endings::stop_idle(trial, uploads::talk)),
        },
        Check {
            name: "stop-with-idle-client",
            points: 1,
            means: "A client that says nothing must not hold up the end.",
            run: |trial| uploads::prepare(trial).and_then(|_| endings::stop_with_idle_client(trial, b"")),
        },
        Check {
            name: "stop-under-load",
            points: 1,
            means: "A server is stopped while it is busy, as a rule.",
            run: |trial| uploads::prepare(trial).and_then(|_| common::stop_under_load(trial, uploads::talk)),
        },
        Check {
            name: "port-in-use",
            points: 1,
            means: "An error message says who, what and why.",
            run: |trial| uploads::prepare(trial).and_then(|_| endings::port_in_use(trial)),
        },
        Check {
            name: "usage",
            points: 1,
            means: "Exit code 2 tells scripts that the command line was wrong.",
            run: |trial| uploads::prepare(trial).and_then(|_| endings::usage(trial)),
        },
    ],
};
