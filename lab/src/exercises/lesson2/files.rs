//! files: a folder, and nothing else.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::lessons::common;
use crate::lessons::lesson2::http::{Browser, Response};
use crate::{Check, Failure, Peer, Server, Suite, Trial, proc};

const HELLO: &str = "GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n";

pub(super) static FILES: Suite = Suite {
    name: "files",
    about: "A web server for the files of a folder, and nothing else",
    checks: &[
        Check {
            name: "type-and-length",
            points: 2,
            means: "The client knows a file's end by Content-Length, and what it is by Content-Type.",
            run: type_and_length,
        },
        Check {
            name: "names",
            points: 1,
            means: "In a target each byte may be written as % and two digits, and some must be.",
            run: names,
        },
        Check {
            name: "missing",
            points: 1,
            means: "What is no file is 404: a folder too, and a name that cannot be one.",
            run: missing,
        },
        Check {
            name: "dot-dot",
            points: 2,
            means: "A client may write any name. Ask the file system where it leads, and compare that with the folder.",
            run: |trial| {
                let absolute = canary(trial).display().to_string();
                refuses(
                    trial,
                    &[
                        "/../canary.txt",
                        "/sub/../../canary.txt",
                        "/./../canary.txt",
                        "/../site-old/canary.txt",
                        &format!("/{absolute}"),
                    ],
                )
            },
        },
        Check {
            name: "encoded",
            points: 2,
            means: "%2e is a dot and %2f is a slash. First decode, then look.",
            run: |trial| {
                let absolute = canary(trial).display().to_string().replace('/', "%2F");
                refuses(
                    trial,
                    &[
                        "/%2e%2e/canary.txt",
                        "/%2E%2E%2Fcanary.txt",
                        "/..%2fcanary.txt",
                        "/sub/%2e./.%2e/canary.txt",
                        &format!("/{absolute}"),
                    ],
                )
            },
        },
        Check {
            name: "decoded-once",
            points: 1,
            means: "%25 is a percent sign, and what stands behind it then is a name. Decoded twice, it is a way out.",
            run: decoded_once,
        },
        Check {
            name: "links",
            points: 1,
            means: "A link leads wherever it likes, whatever its name looks like.",
            run: links,
        },
        Check {
            name: "memory",
            points: 1,
            means: "A file goes from the disk to the socket in pieces. Nobody needs all of it at once.",
            run: memory,
        },
        Check {
            name: "clients-that-leave",
            points: 1,
            means: "Browsers close connections all the time. That ends one conversation, never the server.",
            run: |trial| {
                site(trial)?;
                common::clients_that_leave(trial, talk, HELLO.as_bytes())
            },
        },
        Check {
            name: "descriptors",
            points: 1,
            means: "Each connection is a descriptor, and each file is one.",
            run: |trial| {
                site(trial)?;
                common::descriptors_return(trial, talk, HELLO.as_bytes())
            },
        },
    ],
};

/// One whole right conversation.
fn talk(peer: Peer) -> Result<(), Failure> {
    let mut browser = Browser::on(peer);
    browser.ask(HELLO)?.expect_status(200)?.expect_body("hello\n")?;
    browser.expect_end()
}

/// Makes the folder to be served, with one file and one folder in it; each start from now on is told of it. It lies deep in
/// the trial's own folder, where each way out that is tried ends, too.
fn site(trial: &mut Trial) -> Result<PathBuf, Failure> {
    let site = trial.path("outer/inner/site");
    fs::create_dir_all(site.join("sub"))?;
    fs::write(site.join("hello.txt"), "hello\n")?;
    trial.always(["--dir".to_owned(), site.display().to_string()]);
    Ok(site)
}

/// A file right beside the folder, which nobody may have.
fn canary(trial: &Trial) -> PathBuf {
    trial.path("outer/inner/canary.txt")
}

/// Puts the canary there, and another one into a folder whose name begins as that of the site.
fn put_canaries(trial: &mut Trial) -> Result<String, Failure> {
    let secret = trial.random.word(40);
    let sibling = trial.path("outer/inner/site-old");
    fs::create_dir_all(&sibling)?;
    fs::write(canary(trial), &secret)?;
    fs::write(sibling.join("canary.txt"), &secret)?;
    Ok(secret)
}

/// The whole answer to a request of its own, with the end of the connection.
fn ask(server: &Server, target: &str) -> Result<Response, Failure> {
    let answered = Browser::open(server).and_then(|mut browser| {
        let response = browser.ask(&format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n"))?;
        browser.expect_end()?;
        Ok(response)
    });
    answered.map_err(|failure| failure.when(format!("GET {target}")))
}

fn expect_file(server: &Server, target: &str, bytes: &[u8], kind: &str) -> Result<(), Failure> {
    let response = ask(server, target)?.expect_status(200).and_then(|response| {
        if response.body != bytes {
            return Err(Failure::new("other bytes came than the file has").compared(&response.body, bytes));
        }
        response.expect_header("Content-Type", kind)
    });
    response.map(drop).map_err(|failure| failure.when(format!("GET {target}")))
}

/// 404, or another refusal; and in no case the canary.
fn expect_refused(server: &Server, target: &str, secret: &str) -> Result<(), Failure> {
    let response = ask(server, target)?;
    let secret = secret.as_bytes();
    if response.body.windows(secret.len()).any(|part| part == secret) {
        let why = format!("GET {target} gave away a file that lies outside the folder");
        return Err(Failure::new(why).received(&response.body));
    }
    if (400..=499).contains(&response.status) {
        return Ok(());
    }
    Err(Failure::new(format!("GET {target} should be answered 404, not {}", response.status)))
}

fn refuses(trial: &mut Trial, targets: &[&str]) -> Result<(), Failure> {
    site(trial)?;
    let secret = put_canaries(trial)?;
    let server = trial.serve(&[])?;
    targets.iter().try_for_each(|target| expect_refused(&server, target, &secret))?;
    server.connect().and_then(talk).map_err(|failure| failure.when("a file inside the folder"))
}

fn type_and_length(trial: &mut Trial) -> Result<(), Failure> {
    let site = site(trial)?;
    let server = trial.serve(&[])?;
    for (name, length, kind) in [
        ("page.html", 3_000, "text/html; charset=utf-8"),
        ("sub/words.txt", 100, "text/plain; charset=utf-8"),
        ("empty.txt", 0, "text/plain; charset=utf-8"),
        ("picture.png", 2_000_000, "image/png"),
        ("bytes", 70_000, "application/octet-stream"),
        ("archive.html.gz", 10, "application/octet-stream"),
    ] {
        let bytes = trial.random.bytes(length);
        fs::write(site.join(name), &bytes)?;
        expect_file(&server, &format!("/{name}"), &bytes, kind)?;
    }
    Ok(())
}

fn names(trial: &mut Trial) -> Result<(), Failure> {
    let site = site(trial)?;
    let server = trial.serve(&[])?;
    for (name, target) in [
        ("a b.txt", "/a%20b.txt"),
        ("你好.txt", "/%E4%BD%A0%e5%a5%bd.txt"),
        ("100%.txt", "/100%25.txt"),
        ("a+b.txt", "/a+b.txt"),
        ("sub/..x..txt", "/sub/..x..txt"),
    ] {
        let bytes = trial.random.bytes(50);
        fs::write(site.join(name), &bytes)?;
        expect_file(&server, target, &bytes, "text/plain; charset=utf-8")?;
    }
    Ok(())
}

fn missing(trial: &mut Trial) -> Result<(), Failure> {
    site(trial)?;
    let server = trial.serve(&[])?;
    let nothing = trial.random.word(20);
    for target in ["/nothing.txt", "/", "/sub", "/sub/", "/hello.txt/x", "/hello.txt%00.html"] {
        expect_refused(&server, target, &nothing)?;
    }
    talk(server.connect()?)
}

fn decoded_once(trial: &mut Trial) -> Result<(), Failure> {
    let site = site(trial)?;
    let secret = put_canaries(trial)?;
    let bytes = trial.random.bytes(50);
    fs::write(site.join("a%20b.txt"), &bytes)?;
    let server = trial.serve(&[])?;
    let circumstances = "the target seems to be decoded twice";
    for target in ["/%252e%252e/canary.txt", "/%252e%252e%252fcanary.txt"] {
        expect_refused(&server, target, &secret).map_err(|failure| failure.when(circumstances))?;
    }
    let served = expect_file(&server, "/a%2520b.txt", &bytes, "text/plain; charset=utf-8");
    served.map_err(|failure| failure.when(circumstances))
}

fn links(trial: &mut Trial) -> Result<(), Failure> {
    let site = site(trial)?;
    let secret = put_canaries(trial)?;
    symlink("../canary.txt", site.join("link.txt"))?;
    symlink(canary(trial), site.join("sub/absolute.txt"))?;
    symlink("..", site.join("out"))?;
    symlink("hello.txt", site.join("inside.txt"))?;
    let server = trial.serve(&[])?;
    for target in ["/link.txt", "/sub/absolute.txt", "/out/canary.txt"] {
        expect_refused(&server, target, &secret)
            .map_err(|failure| failure.when("a link leads out of the folder"))?;
    }
    expect_file(&server, "/inside.txt", b"hello\n", "text/plain; charset=utf-8")
        .map_err(|failure| failure.when("a link that stays in the folder"))
}

/// A file of holes takes no disk. Its beginning is enough: whoever reads it whole has done so before.
fn memory(trial: &mut Trial) -> Result<(), Failure> {
    const SIZE: u64 = 96 << 20;
    const ALLOWED: u64 = 24 << 20;
    let site = site(trial)?;
    File::create(site.join("film"))?.set_len(SIZE)?;
    let server = trial.serve(&[])?;
    talk(server.connect()?)?;
    let before = proc::memory(server.subject.pid())?.peak;
    let mut browser = Browser::open(&server)?;
    browser.send(b"GET /film HTTP/1.1\r\nHost: x\r\n\r\n")?;
    browser.head_only()?.expect_status(200)?.expect_header("Content-Length", &SIZE.to_string())?;
    let mut heard = 0;
    while heard < 8 << 20 {
        let piece = browser.peer.read_some()?;
        if piece.is_empty() {
            return Err(Failure::new(format!("a file of {SIZE} bytes ended after {heard}")));
        }
        heard += piece.len();
    }
    let grown = proc::memory(server.subject.pid())?.peak.saturating_sub(before);
    if grown > ALLOWED {
        return Err(Failure::new(format!(
            "a file of {} MB made the server's memory grow by {} MB: send it in pieces, the next one when the last one is gone",
            SIZE >> 20,
            grown >> 20
        )));
    }
    drop(browser);
    server
        .connect()
        .and_then(talk)
        .map_err(|failure| server.blame(failure, "a client that left in the middle of a file"))
}
