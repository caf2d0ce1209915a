//! udp-echo: the answer goes to the sender.

use std::time::Duration;

use super::open;
use crate::{Check, Failure, Server, Suite, Trial, UdpPeer, until};

pub(super) static UDP_ECHO: Suite = Suite {
    name: "udp-echo",
    about: "A UDP server that sends each datagram back to its sender",
    checks: &[
        Check {
            name: "free-port",
            points: 1,
            means: "With port 0 the kernel picks a free port; the ready line tells which (getsockname).",
            run: |trial| trial.serve(&[]).map(drop),
        },
        Check {
            name: "echo",
            points: 1,
            means: "recvfrom says how many bytes came and from where; sendto takes both.",
            run: echo,
        },
        Check {
            name: "three-clients",
            points: 3,
            means: "One socket serves everybody: each answer goes to the address of its own question.",
            run: three_clients,
        },
        Check {
            name: "sizes",
            points: 1,
            means: "A datagram has up to 65,507 bytes. What does not fit into the buffer is lost.",
            run: sizes,
        },
        Check {
            name: "empty",
            points: 1,
            means: "A datagram of no bytes is a message. UDP has no end of file.",
            run: empty,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "An answer to a closed port brings an ICMP message at most, never the server's end.",
            run: clients_that_leave,
        },
    ],
};

/// Asks and expects the same bytes from the server's own port.
fn ask(server: &Server, peer: &mut UdpPeer, datagram: &[u8]) -> Result<(), Failure> {
    peer.send(server.addr, datagram)?;
    let (received, source) = peer.receive()?;
    let zeros = received.len() > datagram.len() && received.starts_with(datagram);
    let why = if received == datagram && source == server.addr {
        return Ok(());
    } else if received == datagram {
        format!(
            "the answer came from {source}, the question went to {}: answer from the same socket",
            server.addr
        )
    } else if zeros {
        "more came back than was sent: it sends its whole buffer, not only what was received".to_owned()
    } else if received.len() < datagram.len() && datagram.starts_with(&received) {
        "less came back than was sent: it lost what did not fit into its buffer".to_owned()
    } else {
        "the answer is not the datagram that was sent".to_owned()
    };
    Err(Failure::new(why).sent(datagram).compared(&received, datagram))
}

fn echo(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = open(&server)?;
    // The later ones are shorter: nothing of the earlier ones may follow them.
    for length in [40, 20, 1] {
        ask(&server, &mut peer, &trial.random.bytes(length))?;
    }
    Ok(())
}

/// One after the other, so that everything about it is certain: 1, 2, 3, and then 1, 2, 3 again.
fn three_clients(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut clients = [open(&server)?, open(&server)?, open(&server)?];
    for turn in 0..6 {
        let asking = turn % 3;
        let text = format!("client {} says {}", asking + 1, trial.random.word(8));
        clients[asking].send(server.addr, text.as_bytes())?;
        let (answered, answer) = first_answer(&server, &mut clients, asking)?;
        // Who answers everybody answers this one too.
        let also = || matches!(clients[asking].already_there(), Ok(Some(_)));
        let everybody = answered != asking
            && (answer != text.as_bytes() || until(server.deadline().at_most(Duration::from_secs(1)), also));
        if everybody {
            let why = format!("client {} got an answer that another one had asked for", answered + 1);
            return Err(Failure::new(why).sent(text.as_bytes()).received(&answer));
        }
        if answered != asking {
            let why = format!("client {} asked, the answer went to client {}", asking + 1, answered + 1);
            return Err(Failure::new(format!("{why}: send it to the address that came with the datagram"))
                .sent(text.as_bytes())
                .received(&answer));
        }
        if answer != text.as_bytes() {
            let why = match answer.starts_with(b"client ") {
                _ if answer.starts_with(text.as_bytes()) => {
                    format!("client {} got more than it had sent", asking + 1)
                }
                true => format!("client {} got an answer that another one had asked for", asking + 1),
                false => format!("client {} got something else than it had sent", asking + 1),
            };
            return Err(Failure::new(why).compared(&answer, text.as_bytes()));
        }
    }
    for (number, client) in clients.iter_mut().enumerate() {
        // All have been answered; what is there now is too much.
        if let Some(more) = client.already_there()? {
            let why = format!(
                "client {} got an answer that another one had asked for, or its own twice",
                number + 1
            );
            return Err(Failure::new(why).received(&more));
        }
    }
    Ok(())
}

/// Waits for a datagram to any of the clients; the one who asked is looked at first.
fn first_answer(
    server: &Server,
    clients: &mut [UdpPeer; 3],
    asking: usize,
) -> Result<(usize, Vec<u8>), Failure> {
    let cpu_before = server.subject.cpu_time();
    let mut found = None;
    until(server.deadline(), || {
        for number in [asking, 0, 1, 2] {
            if let Ok(Some(answer)) = clients[number].already_there() {
                found = Some((number, answer));
                return true;
            }
        }
        !server.subject.is_alive()
    });
    found.ok_or_else(|| {
        let why = format!("client {} of three got no answer in time", asking + 1);
        let why = match asking {
            0 => why,
            _ => why + ", the first one did: has the server connected its socket to the first client?",
        };
        server.subject.explain_wait(Failure::new(why), cpu_before)
    })
}

fn sizes(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = open(&server)?;
    for size in [1, 1024, 1025, 2000, 8193, 65_507] {
        let asked = ask(&server, &mut peer, &trial.random.bytes(size));
        asked.map_err(|failure| {
            failure.when(match size {
                1 => "a datagram of 1 byte".to_owned(),
                _ => format!("a datagram of {size} bytes"),
            })
        })?;
    }
    Ok(())
}

fn empty(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = open(&server)?;
    ask(&server, &mut peer, b"before")?;
    peer.send(server.addr, b"")?;
    // One that has ended is not waited for.
    let mut answer = None;
    until(server.deadline(), || {
        answer = peer.already_there().ok().flatten();
        answer.is_some() || !server.subject.is_alive()
    });
    match answer {
        Some(answer) if answer.is_empty() => {
            ask(&server, &mut peer, b"after").map_err(|failure| failure.when("after an empty datagram"))
        }
        Some(answer) => Err(Failure::new("an empty datagram is answered by an empty one").received(&answer)),
        None => {
            let why = "an empty datagram was not answered";
            let took =
                if server.subject.is_alive() { "" } else { ": the server took it for the end and stopped" };
            let failure = Failure::new(format!("{why}{took}"));
            Err(server.subject.explain_wait(failure, server.subject.cpu_time()))
        }
    }
}

fn clients_that_leave(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for _ in 0..20 {
        open(&server)?.send(server.addr, b"I do not wait for the answer")?;
    }
    let asked = ask(&server, &mut open(&server)?, b"still there?");
    asked.map_err(|failure| server.blame(failure, "twenty clients that did not wait for their answers"))
}
