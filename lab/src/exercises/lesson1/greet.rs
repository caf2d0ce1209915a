//! greet: the peer's address.

use crate::lessons::common;
use crate::{Check, Failure, Peer, Suite, Trial};

pub(super) static GREET: Suite = Suite {
    name: "greet",
    about: "A server that tells each client the client's own address",
    checks: &[
        Check {
            name: "free-port",
            points: 1,
            means: "With port 0 the kernel picks a free port; the ready line tells which (getsockname).",
            run: |trial| trial.serve(&[]).map(drop),
        },
        Check {
            name: "peer-address",
            points: 2,
            means: "accept returns the address of the other end. The server's own address is the same for all clients.",
            run: peer_address,
        },
        Check {
            name: "clients-that-leave",
            points: 2,
            means: "A client may be gone before you look at it. That ends one conversation, never the server.",
            run: |trial| common::clients_that_leave(trial, talk, b""),
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor; a stream that goes out of scope closes it.",
            run: |trial| common::descriptors_return(trial, talk, b""),
        },
    ],
};

/// One whole right conversation.
fn talk(mut peer: Peer) -> Result<(), Failure> {
    let expected = format!("hello {}\n", peer.name());
    peer.expect_all(expected.as_bytes())
}

fn peer_address(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for _ in 0..5 {
        let mut peer = server.connect()?;
        let expected = format!("hello {}\n", peer.name());
        let said = peer.read_to_end(1024).map_err(|failure| {
            failure.when("the greeting, and behind it the end of the connection, are waited for")
        })?;
        if said == format!("hello {}\n", server.addr).as_bytes() {
            let why = "it greets the client with its own address, the server's (local_addr, getsockname), not with the client's";
            return Err(Failure::new(why).compared(&said, expected.as_bytes()));
        }
        if said != expected.as_bytes() {
            return Err(
                Failure::new("the greeting is not the expected one").compared(&said, expected.as_bytes())
            );
        }
    }
    Ok(())
}
