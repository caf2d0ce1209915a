//! `lab watch`: a save ends a check that hangs, Ctrl-C ends everything, and nothing is left running.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use lab::{Deadline, Signal, proc, until};
use rustix::process::{Pid, kill_process};

mod workbook;

use workbook::{Workbook, greet};

/// Long enough for a compiler on a busy machine, and shorter than the deadlines of the checks, which are 10 s each.
const SOON: Duration = Duration::from_secs(60);

struct Watched {
    lab: Child,
    lines: Receiver<String>,
    book: Workbook,
}

impl Watched {
    fn start(book: Workbook, args: &str) -> Watched {
        let mut lab = book.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(lab.stdout.take().unwrap());
        let mut printed = stdout.lines().map_while(Result::ok);
        thread::Builder::new().spawn(move || printed.all(|line| sender.send(line).is_ok())).unwrap();
        Watched { lab, lines, book }
    }

    fn expect(&self, part: &str) {
        let deadline = Deadline::after(SOON);
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(deadline.left()) {
            seen.push(line);
            if seen.last().unwrap().contains(part) {
                return;
            }
        }
        panic!("`{part}` was not said:\n{}", seen.join("\n"));
    }

    /// The number of the hanging program, as soon as there is one.
    fn subject(&self) -> u32 {
        let note = self.book.root().join("pid");
        let mut pid = None;
        assert!(until(Deadline::after(SOON), || {
            pid = fs::read_to_string(&note).ok().and_then(|text| text.trim().parse().ok());
            pid.is_some()
        }));
        pid.unwrap()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.lab.id().cast_signed()).unwrap(), signal).unwrap();
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.lab.kill();
        let _ = self.lab.wait();
    }
}

/// An answer that says who it is and hangs, deaf to friendly signals; its greeting is never sent.
fn hanging(book: &Workbook) -> String {
    let note = book.root().join("pid").display().to_string();
    format!(
        "use std::{{fs, process, thread, time::Duration}};
        fn main() {{
            fs::write({note:?}, format!(\"{{}}\\n\", process::id())).unwrap();
            loop {{ thread::sleep(Duration::from_secs(1000)); }}
        }}"
    )
}

fn is_gone(pid: u32) -> bool {
    until(Deadline::after(Duration::from_secs(5)), || {
        proc::state(pid).is_ok_and(|state| state == 'Z') || proc::state(pid).is_err()
    })
}

#[test]
fn a_save_ends_a_hanging_check_and_success_goes_on() {
    for args in ["watch", "watch greet --poll"] {
        let book = Workbook::new();
        book.write(&hanging(&book));
        let watched = Watched::start(book, args);
        let subject = watched.subject();
        let saved = Instant::now();
        watched.book.write(greet().solution);
        watched.expect("is saved");
        assert!(is_gone(subject), "the old program is killed");
        assert!(saved.elapsed() < Duration::from_secs(5), "it did not wait for the checks");
        watched.expect("All 6 points");
        // Then the next one, or there is none.
        watched.expect(if lab::exercises().count() > 1 { "Watching" } else { "All exercises are passed" });
    }
}

#[test]
fn success_goes_on_to_one_of_the_same_lesson() {
    let done = lab::exercise("udp-echo").unwrap();
    let mut others = lab::exercises().skip_while(|exercise| exercise.name != done.name).skip(1);
    let next = others.find(|exercise| exercise.lesson == done.lesson).unwrap();
    let book = Workbook::new();
    book.add(done.name, done.solution);
    let watched = Watched::start(book, "watch udp-echo");
    watched.expect("All 8 points");
    // Not greet, which is open too.
    watched.expect(&format!("exercises/{}/main.rs", next.name));
}

#[test]
fn a_failure_is_told_and_the_next_save_awaited() {
    let watched = Watched::start(Workbook::new(), "watch greet");
    watched.expect("✗ peer-address");
    watched.expect("waiting for");
    watched.book.write("fn main() { nonsense }");
    watched.expect("is saved");
    watched.expect("waiting for");
    // The way of editors: another file, which gets the name.
    let new = watched.book.main().with_extension("new");
    fs::write(&new, greet().solution).unwrap();
    fs::rename(&new, watched.book.main()).unwrap();
    watched.expect("All 6 points");
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let book = Workbook::new();
    book.write(&hanging(&book));
    let mut watched = Watched::start(book, "watch");
    let subject = watched.subject();
    watched.signal(Signal::INT);
    watched.expect("Stopped");
    assert_eq!(watched.lab.wait().unwrap().code(), Some(0));
    assert!(is_gone(subject));
    let left = fs::read_dir(watched.book.temporary()).unwrap().count();
    assert_eq!(left, 0, "temporary folders");
}

#[test]
fn a_check_that_is_interrupted_leaves_nothing_behind() {
    let book = Workbook::new();
    book.write(&hanging(&book));
    let mut watched = Watched::start(book, "check");
    let subject = watched.subject();
    watched.signal(Signal::INT);
    assert_eq!(watched.lab.wait().unwrap().signal(), Some(2));
    assert!(is_gone(subject));
    assert_eq!(fs::read_dir(watched.book.temporary()).unwrap().count(), 0, "temporary folders");
}

#[test]
fn a_watch_that_is_killed_leaves_nothing_running() {
    let book = Workbook::new();
    book.write(&hanging(&book));
    let watched = Watched::start(book, "watch");
    let subject = watched.subject();
    watched.signal(Signal::KILL);
    assert!(is_gone(subject));
}
