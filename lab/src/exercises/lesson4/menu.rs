//! menu: what is a message, and which one is it?

use super::{GREETING, RECORDED};
use crate::bytes::show;
use crate::{Check, Failure, Peer, Server, Suite, Trial};

const AGAIN: &str = "请重新输入.";

pub(super) static MENU: Suite = Suite {
    name: "menu",
    about: "A telephone robot that answers 0, 1xxx and exit, line by line",
    checks: &[
        Check {
            name: "greeting",
            points: 1,
            means: "Who speaks first is part of a protocol. Here it is the server, as soon as it has accepted.",
            run: |trial| call(&trial.serve(&[])?).map(drop),
        },
        Check {
            name: "zero",
            points: 2,
            means: "The newline says where the message ends. It is no part of it.",
            run: zero,
        },
        Check {
            name: "number",
            points: 2,
            means: "`1xxx` is a form, not a value: say exactly which characters are right, and refuse the others.",
            run: number,
        },
        Check {
            name: "exit",
            points: 2,
            means: "A command is a whole message. The same word inside other text is other text.",
            run: exit,
        },
        Check {
            name: "telnet",
            points: 1,
            means: "telnet and many protocols end a line with \\r\\n.",
            run: telnet,
        },
        Check {
            name: "next-caller",
            points: 1,
            means: "A call ends in many ways; after each of them the next caller is greeted.",
            run: next_caller,
        },
    ],
};

/// A caller who has been greeted.
fn call(server: &Server) -> Result<Peer, Failure> {
    let mut peer = server.connect()?;
    let said = hear(&mut peer)?;
    let expected = format!("{GREETING}\n");
    if said == expected.as_bytes() {
        return Ok(peer);
    }
    let why = "the greeting is not the expected one";
    Err(Failure::new(why).compared(&said, expected.as_bytes()))
}

/// One line, or what comes before the end of the call.
fn hear(peer: &mut Peer) -> Result<Vec<u8>, Failure> {
    let mut said = Vec::new();
    while !said.ends_with(b"\n") {
        let more = peer.read_some().map_err(|failure| match said.is_empty() {
            true => failure,
            false => failure.received(&said).when("an answer is a line: it ends with a newline"),
        })?;
        if more.is_empty() {
            break;
        }
        said.extend(more);
    }
    Ok(said)
}

/// Says `message` and expects `answer`; `wrong` explains another one.
fn ask(peer: &mut Peer, message: &str, answer: &str, wrong: impl Fn(&str) -> String) -> Result<(), Failure> {
    peer.send(message.as_bytes())?;
    let said = hear(peer)?;
    let expected = format!("{answer}\n");
    if said == expected.as_bytes() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&said);
    Err(Failure::new(wrong(text.trim_end())).sent(message.as_bytes()).compared(&said, expected.as_bytes()))
}

fn zero(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = call(&server)?;
    let wrong = |said: &str| match said {
        AGAIN => "`0` was not recognised: is the message compared together with its newline?".to_owned(),
        _ => "`0` asks for a human being".to_owned(),
    };
    ask(&mut peer, "0\n", RECORDED, wrong)?;
    for other in ["00", "", "0 ", "零"] {
        let wrong = |said: &str| match (other, said) {
            ("0 ", RECORDED) => {
                "`0 `: take off the line end and nothing else: a space belongs to the message".to_owned()
            }
            _ => format!("`{other}` is neither `0` nor anything else that the robot knows"),
        };
        ask(&mut peer, &format!("{other}\n"), AGAIN, wrong)?;
    }
    ask(&mut peer, "0\n", RECORDED, wrong)
}

fn number(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = call(&server)?;
    let service = trial.random.between(1000, 1999).to_string();
    for right in [service.as_str(), "1000", "1999"] {
        let wrong = |_: &str| format!("`{right}` is a 1 and three more digits");
        ask(&mut peer, &format!("{right}\n"), &format!("{right} 已受理."), wrong)?;
    }
    let (longer, zero, plus) = (format!("{service}5"), format!("0{service}"), format!("+{service}"));
    for other in ["1", "123", "1abc", "2345", "12 3", &longer, &zero, &plus, "１２３４", "1２３４"] {
        let wrong = |said: &str| match said {
            "" => format!("`{other}` is no reason to hang up"),
            _ => format!("`{other}` is not a 1 and three more digits (0–9): it must be refused"),
        };
        ask(&mut peer, &format!("{other}\n"), AGAIN, wrong)?;
    }
    Ok(())
}

fn exit(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let word = trial.random.word(5);
    for other in [format!("{word} exit"), format!("exit {word}"), format!("{word}exit{word}"), "EXIT".into()]
    {
        let mut peer = call(&server)?;
        let wrong = |said: &str| match said {
            "" => format!("it hung up at `{other}`: `exit` inside other text is other text"),
            _ => format!("`{other}` is a message that the robot does not know"),
        };
        ask(&mut peer, &format!("{other}\n"), AGAIN, wrong)?;
        peer.send(b"exit\n")?;
        peer.expect_all(b"")
            .map_err(|failure| failure.when("after `exit` the robot hangs up without a word"))?;
    }
    Ok(())
}

fn telnet(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    let mut peer = call(&server)?;
    let service = trial.random.between(1000, 1999).to_string();
    for (message, answer) in [("0", RECORDED), (service.as_str(), &format!("{service} 已受理."))] {
        let sent = format!("{message}\r\n");
        let wrong =
            |_: &str| format!("telnet ends a line with \\r\\n: {} is `{message}`", show(sent.as_bytes()));
        ask(&mut peer, &sent, answer, wrong)?;
    }
    peer.send(b"exit\r\n")?;
    peer.expect_all(b"").map_err(|failure| failure.when("after `exit`, with telnet's \\r\\n"))
}

fn next_caller(trial: &mut Trial) -> Result<(), Failure> {
    let server = trial.serve(&[])?;
    for turn in 0..6 {
        let mut peer = call(&server).map_err(|failure| failure.when(format!("caller {}", turn + 1)))?;
        match turn % 3 {
            0 => {
                peer.send(b"exit\n")?;
                peer.expect_eof()?;
            }
            1 => {
                ask(&mut peer, "0\n", RECORDED, |_| "`0` asks for a human being".to_owned())?;
                peer.half_close();
                peer.expect_eof().map_err(|failure| failure.when("the caller has hung up"))?;
            }
            _ => peer.reset(),
        }
    }
    call(&server).map(drop).map_err(|failure| server.blame(failure, "callers that hung up in three ways"))
}
