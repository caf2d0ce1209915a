//! dict: a dictionary in a process of its own, which others reach over a socket.

use crate::lessons::common;
use crate::{Check, Failure, Peer, Random, Server, Suite, Trial, until};

pub(super) static DICT: Suite = Suite {
    name: "dict",
    about: "A dictionary for many processes, kept by a server",
    checks: &[
        Check {
            name: "set-and-get",
            points: 2,
            means: "A request and its reply are a line each; what follows the key is the value, whatever it holds.",
            run: set_and_get,
        },
        Check {
            name: "several-connections",
            points: 2,
            means: "A process that uses the dictionary stays connected. The others are served meanwhile.",
            run: several_connections,
        },
        Check {
            name: "seen-at-once",
            points: 3,
            means: "There is one dictionary. What a child has put there, the parent sees while the child lives.",
            run: seen_at_once,
        },
        Check {
            name: "thousand",
            points: 3,
            means: "TCP keeps bytes, not requests: several may come with one read, and one may come with several.",
            run: thousand,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "A process that ends in the middle of a request ends its connection, never the dictionary.",
            run: |trial| common::clients_that_leave(trial, talk, b"set child 1\nget child\n"),
        },
    ],
};

/// One whole right conversation.
fn talk(mut peer: Peer) -> Result<(), Failure> {
    ask(&mut peer, "set last talk\n", "ok\n")?;
    ask(&mut peer, "get last\n", "value talk\n")?;
    peer.half_close();
    peer.expect_eof()
}

fn ask(peer: &mut Peer, request: &str, reply: &str) -> Result<(), Failure> {
    peer.send(request.as_bytes())?;
    peer.expect(reply.as_bytes()).map_err(|failure| failure.when(format!("`{}`", request.trim_end())))
}

fn set_and_get(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = server.connect()?;
    let (key, value) = (trial.random.word(6), trial.random.word(8));
    let get = format!("get {key}\n");
    ask(&mut peer, &get, "none\n")?;
    for value in [value.as_str(), "你好 世界", "ends with two blanks  ", "none"] {
        ask(&mut peer, &format!("set {key} {value}\n"), "ok\n")?;
        ask(&mut peer, &get, &format!("value {value}\n"))
            .map_err(|failure| failure.when(format!("behind the key stands the value, all of `{value}`")))?;
    }
    ask(&mut peer, "set 名字 值\n", "ok\n")?;
    ask(&mut peer, "get 名字\n", "value 值\n")?;
    ask(&mut peer, &format!("forget {key}\n"), "error\n")?;
    ask(&mut peer, &get, "value none\n")
}

fn several_connections(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peers = Vec::new();
    for number in 0..5 {
        let mut peer = server.connect()?;
        ask(&mut peer, &format!("set key{number} {number}\n"), "ok\n")
            .map_err(|failure| failure.when(format!("with {number} connected, one more is not served")))?;
        peers.push(peer);
    }
    // Each of them is still served, in any order.
    for (number, peer) in peers.iter_mut().enumerate().rev() {
        ask(peer, &format!("get key{number}\n"), &format!("value {number}\n"))
            .map_err(|failure| failure.when("five connections are open, each has its turn"))?;
    }
    Ok(())
}

/// The grader is the parent and the child: a connection each.
fn seen_at_once(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut parent = server.connect()?;
    let value = trial.random.between(100, 999);
    ask(&mut parent, "get child\n", "none\n")?;
    let mut child = server.connect()?;
    ask(&mut child, &format!("set child {value}\n"), "ok\n")?;
    parent.send(b"get child\n")?;
    let Err(failure) = parent.expect(format!("value {value}\n").as_bytes()) else {
        // And in the other direction.
        ask(&mut parent, "set parent 1\n", "ok\n")?;
        return ask(&mut child, "get parent\n", "value 1\n");
    };
    // Is it there when the child has gone?
    drop(child);
    let later =
        || read_value(&server, "child").is_ok_and(|reply| reply == format!("value {value}\n").as_bytes());
    Err(if until(trial.deadline().at_most(std::time::Duration::from_secs(2)), later) {
        failure.when(
            "a child has set a value and is still connected: the parent does not see it, but it is there when the child has \
             gone, so each connection has a copy that is merged at its end",
        )
    } else {
        failure.when("a child has set a value, and the parent asks for it: there must be one dictionary for all connections")
    })
}

fn read_value(server: &Server, key: &str) -> Result<Vec<u8>, Failure> {
    let mut peer = server.connect()?;
    peer.send(format!("get {key}\n").as_bytes())?;
    peer.read_some()
}

/// A thousand requests over four connections, several with each send, cut anywhere; the grader knows what must come.
fn thousand(trial: &mut Trial) -> Result<(), Failure> {
    const CONNECTIONS: usize = 4;
    let server = trial.serve(&[])?;
    let mut peers = (0..CONNECTIONS).map(|_| server.connect()).collect::<Result<Vec<_>, _>>()?;
    let mut known = std::collections::BTreeMap::new();
    for turn in 0..100 {
        let (requests, replies) = ten_requests(&mut trial.random, &mut known);
        let peer = &mut peers[turn % CONNECTIONS];
        let cut = trial.random.between(1, requests.len() - 1);
        // Whole, in two parts that are met apart, or a byte at a time.
        let sent = match turn {
            0..=3 => peer.send(requests.as_bytes()),
            4 => {
                let (first, rest) = requests.as_bytes().split_at(30);
                peer.send_pieces(first.chunks(1).chain([rest]))
            }
            _ if turn % 10 == 5 => {
                peer.send_pieces([&requests.as_bytes()[..cut], &requests.as_bytes()[cut..]])
            }
            _ => peer.send(requests.as_bytes()),
        };
        let how = match turn {
            4 => "ten requests, the first 30 bytes of which come one by one",
            _ => "ten requests, sent at once",
        };
        sent.and_then(|()| peer.expect(replies.as_bytes())).map_err(|failure| failure.when(how))?;
    }
    Ok(())
}

/// Ten requests and what they must be answered.
fn ten_requests(
    random: &mut Random,
    known: &mut std::collections::BTreeMap<String, String>,
) -> (String, String) {
    let (mut requests, mut replies) = (String::new(), String::new());
    for _ in 0..10 {
        let key = format!("k{}", random.between(0, 30));
        if random.between(0, 1) == 0 {
            let length = random.between(1, 20);
            let value = random.word(length);
            requests.push_str(&format!("set {key} {value}\n"));
            replies.push_str("ok\n");
            known.insert(key, value);
        } else {
            requests.push_str(&format!("get {key}\n"));
            replies
                .push_str(&known.get(&key).map_or("none\n".to_owned(), |value| format!("value {value}\n")));
        }
    }
    (requests, replies)
}
