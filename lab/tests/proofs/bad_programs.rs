//! Whatever a student's program does, its check ends with a sentence that says so, nothing is left running, and the next
//! check works. (What does not compile is in `student.rs`.)

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use lab::{Deadline, proc, until};

/// A check has two seconds, its program five to start, and the machine may be busy.
const LONGEST: Duration = Duration::from_secs(30);

struct Bad {
    /// What it does.
    does: &'static str,
    check: &'static str,
    program: Program,
    says: &'static [&'static str],
}

enum Program {
    Sh(&'static str),
    Python(&'static str),
}

use Program::{Python, Sh};

/// A greeter that does all that is asked of it; what is put before it is the mistake.
const GREETER: &str = r#"
import socket, sys, os, signal, time
addr = sys.argv[sys.argv.index("--addr") + 1]
host, port = addr.rsplit(":", 1)
server = socket.create_server((host, int(port)))
name = "listening on {}:{}".format(*server.getsockname())
def serve():
    print(name, flush=True)
    while True:
        client, peer = server.accept()
        client.sendall("hello {}:{}\n".format(*peer).encode())
        client.close()
"#;

const BAD: &[Bad] = &[
    Bad {
        does: "never says that it is ready",
        check: "greet",
        program: Python("time.sleep(1000)"),
        says: &["no line `listening on ADDR` on stdout in time", "thread 1 (python3)"],
    },
    Bad {
        does: "prints garbage",
        check: "greet.free-port",
        program: Sh("head -c 200000 /dev/urandom; sleep 1000"),
        says: &["no line `listening on ADDR`"],
    },
    Bad {
        does: "prints without end",
        check: "greet.free-port",
        program: Sh("exec yes y"),
        says: &["no line `listening on ADDR`", "it has printed", "its last output: y ⏎ y"],
    },
    Bad {
        does: "leaves children that keep its output open",
        check: "greet",
        program: Sh("sleep 1000 & sleep 1000 & exit 0"),
        says: &["ended (exit code 0) without the line `listening on ADDR`"],
    },
    Bad {
        does: "leaves a daemon in a session of its own",
        check: "greet",
        program: Python(
            "os.fork() or (os.setsid(), os.fork() and os._exit(0), time.sleep(1000))\nos._exit(0)",
        ),
        says: &["ended (exit code 0) without the line `listening on ADDR`"],
    },
    Bad {
        does: "ignores SIGTERM",
        check: "lesson1.server.stop-idle",
        program: Python(
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(name, flush=True)\nwhile True:\n  \
             client, peer = server.accept()\n  client.recv(100); client.sendall('不要回答,不要回答,不要回答'.encode()); client.close()",
        ),
        says: &["did not end in time", "blocked in accept", "the listening socket on 127.0.0.1"],
    },
    Bad {
        does: "writes a file without end",
        check: "greet.free-port",
        program: Sh("exec dd if=/dev/zero of=\"$TMPDIR/big\" bs=1 count=1 seek=3G"),
        says: &["signal 25 (SIGXFSZ: a file larger than it may be)"],
    },
    Bad {
        does: "fills the disk with many files",
        check: "greet.free-port",
        program: Python(
            "for n in range(3): open(os.environ['TMPDIR'] + f'/{n}', 'w').truncate(3 << 29)\ntime.sleep(1000)",
        ),
        says: &["the grader has ended it, because its files in the temporary folder", "more than 4 GiB"],
    },
    Bad {
        does: "fills the memory",
        check: "greet.free-port",
        program: Python("much = []\nwhile True: much.append(bytes(1 << 28))"),
        says: &["ended (exit code 1) without the line", "MemoryError"],
    },
    Bad {
        does: "starts processes without end",
        check: "greet.free-port",
        program: Sh("while :; do sleep 1000 & done"),
        says: &["the grader has ended it, because it had started more than 500 processes"],
    },
    Bad {
        does: "says another port than it listens on",
        check: "greet.peer-address",
        program: Python("name = 'listening on 127.0.0.1:1'\nserve()"),
        says: &[
            "nobody listens at 127.0.0.1:1, where the program said that it does",
            "it listens on 127.0.0.1:",
        ],
    },
    Bad {
        does: "says that it listens and does not",
        check: "greet.peer-address",
        program: Python(
            "server.close()\nserver = socket.socket()\nprint(name, flush=True)\ntime.sleep(1000)",
        ),
        says: &["nobody listens at 127.0.0.1:", "it does not listen on any TCP port"],
    },
    Bad {
        does: "says an address that is none",
        check: "greet.free-port",
        program: Sh("echo listening on my machine; sleep 1000"),
        says: &["the address in `listening on my machine` is not HOST:PORT"],
    },
    Bad {
        does: "deletes its folder",
        check: "greet.peer-address",
        program: Python(
            "os.rmdir(os.environ['TMPDIR'])\nserver.listen = 0\nprint(name, flush=True)\nserver.accept()[0].sendall(b'hi\\n')",
        ),
        says: &["the program has deleted the folder that it was given"],
    },
    Bad {
        does: "exits at once",
        check: "greet",
        program: Sh("exit 3"),
        says: &["ended (exit code 3) without the line `listening on ADDR`"],
    },
    Bad {
        does: "crashes",
        check: "greet.free-port",
        program: Sh("kill -SEGV $$"),
        says: &["ended (killed by signal 11 (SIGSEGV"],
    },
    Bad {
        does: "panics, with a long story behind it",
        check: "greet.free-port",
        program: Sh(
            "exec >&2; echo \"thread 'main' (7) panicked at src/main.rs:3:5:\"; echo \"index out of bounds\"; \
             for n in 1 2 3 4 5 6 7 8 9 10; do echo \"$n: core::panicking\"; done; exit 101",
        ),
        says: &["it panicked: index out of bounds (src/main.rs:3:5)", "exit code 101"],
    },
    Bad {
        does: "colours the terminal",
        check: "greet.free-port",
        program: Sh(r"printf 'red \033[31m\n' >&2; exit 1"),
        says: &[r"red \u{1b}[31m"],
    },
];

#[test]
fn every_bad_program_is_told_what_it_did_and_is_gone() {
    // The first ones take longest, and are taken first.
    let left = Mutex::new(BAD.iter().rev().collect::<Vec<_>>());
    let problems = Mutex::new(Vec::new());
    let work = || {
        loop {
            // A statement of its own, or the lock would be held during the proof.
            let Some(bad) = lock(&left).pop() else { return };
            if let Err(problem) = prove(bad) {
                lock(&problems).push(format!("a program that {}: {problem}", bad.does));
            }
        }
    };
    thread::scope(|scope| {
        for number in 0..6 {
            thread::Builder::new().name(format!("bad-{number}")).spawn_scoped(scope, work).unwrap();
        }
    });
    let problems = problems.into_inner().unwrap();
    assert!(problems.is_empty(), "\n{}", problems.join("\n\n"));
}

fn prove(bad: &Bad) -> Result<(), String> {
    // All temporary folders of this run are in one, and whoever was started by it has that in its environment.
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let check = |program: &Program, what: &str| {
        let program = match program {
            Sh(text) => lab::Command::new("sh", ["-c", text]),
            Python(text) => lab::Command::python(["-S", "-c", &format!("{GREETER}\n{text}\n")]).unwrap(),
        };
        let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
        lab.args(["check", what, "--lang", "en", "--deadline", "2", "--all-failures", "--"]);
        lab.arg(program.program)
            .args(program.args)
            .current_dir(folder.path())
            .env("TMPDIR", folder.path())
            .output()
            .unwrap()
    };
    let output = check(&bad.program, bad.check);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() != Some(1) {
        return Err(format!("exit code {:?}:\n{said}", output.status.code()));
    }
    if started.elapsed() > LONGEST {
        return Err(format!("it took {:?}", started.elapsed()));
    }
    if let Some(missing) = bad.says.iter().find(|part| !said.contains(**part)) {
        return Err(format!("`{missing}` is missing in\n{said}"));
    }
    if said.contains('\x1b') || said.lines().any(|line| line.len() > 2000) {
        return Err(format!("what it printed is shown as it is:\n{said}"));
    }
    if !until(Deadline::after(Duration::from_secs(5)), || running(folder.path()).is_empty()) {
        return Err(format!("still running: {:?}", running(folder.path())));
    }
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    if !files.is_empty() {
        return Err(format!("left behind: {files:?}"));
    }
    // And the next one works.
    let next = check(&Python("serve()"), "greet.free-port");
    next.status.success().then_some(()).ok_or_else(|| "the next check failed".to_owned())
}

/// The processes that were started with this temporary folder.
fn running(folder: &Path) -> Vec<u32> {
    let mark = format!("TMPDIR={}", folder.display());
    let mut found = proc::all().unwrap();
    found.retain(|pid| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(&mark)
            && proc::state(*pid).is_ok_and(|state| state != 'Z')
    });
    found
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
