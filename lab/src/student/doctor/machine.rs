//! The machine: ports, limits, what the kernel tells.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::fs::statvfs;
use rustix::process::{Resource, getrlimit};

use crate::student::session::Session;
use crate::student::text;

/// Something that was looked at.
pub struct Finding {
    pub what: String,
    pub found: Found,
}

/// What was found, with its detail or what to do about it.
pub enum Found {
    /// As it should be.
    Good(String),
    /// Most things work.
    Poor(String),
    /// Checks cannot work.
    Missing(String),
}

/// What is looked at, in reading order.
pub const LOOKS: &[fn(&Session) -> Finding] = &[loopback, usual_port, descriptors, proc, saves, disk];

/// The exercise with the most clients has 1,500 of them.
const DESCRIPTORS: u64 = 4096;

/// The largest file of an exercise is 1 GiB, and it is there twice.
const DISK: u64 = 3 << 30;

fn loopback(session: &Session) -> Finding {
    let tried = || -> io::Result<u16> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let addr = listener.local_addr()?;
        let mut client = TcpStream::connect(addr)?;
        client.write_all(b"x")?;
        listener.accept()?.0.read_exact(&mut [0])?;
        Ok(addr.port())
    };
    let found = match tried() {
        Ok(port) => Found::Good(session.fill(text::DOCTOR_PORT_FREE, &[("port", &port)])),
        Err(why) => Found::Missing(session.fill(text::DOCTOR_LOOPBACK_BAD, &[("why", &why)])),
    };
    Finding { what: session.fill(text::DOCTOR_LOOPBACK, &[]), found }
}

/// The one in the examples. Checks take any.
fn usual_port(session: &Session) -> Finding {
    let found = match TcpListener::bind("127.0.0.1:9999") {
        Ok(_) => Found::Good(session.fill(text::DOCTOR_PORT_FREE, &[("port", &9999)])),
        Err(why) => Found::Poor(session.fill(text::DOCTOR_PORT_TAKEN, &[("port", &9999), ("why", &why)])),
    };
    Finding { what: session.fill(text::DOCTOR_USUAL_PORT, &[]), found }
}

fn descriptors(session: &Session) -> Finding {
    let limit = getrlimit(Resource::Nofile);
    // None is "as many as you like".
    let (soft, hard) = (limit.current.unwrap_or(u64::MAX), limit.maximum.unwrap_or(u64::MAX));
    let values: &[(&str, &dyn std::fmt::Display)] =
        &[("soft", &soft), ("hard", &hard), ("wanted", &DESCRIPTORS)];
    let found = if hard < DESCRIPTORS {
        Found::Missing(session.fill(text::DOCTOR_DESCRIPTORS_FEW, values))
    } else if soft < DESCRIPTORS {
        Found::Poor(session.fill(text::DOCTOR_DESCRIPTORS_SOFT, values))
    } else {
        Found::Good(soft.to_string())
    };
    Finding { what: session.fill(text::DOCTOR_DESCRIPTORS, &[]), found }
}

fn proc(session: &Session) -> Finding {
    let readable =
        |name: &str| fs::read_to_string(format!("/proc/self/{name}")).is_ok_and(|text| !text.is_empty());
    let wanted = ["stat", "status", "syscall", "wchan", "net/tcp", "schedstat"];
    let without: Vec<&str> = wanted.into_iter().filter(|name| !readable(name)).collect();
    let found = if fs::read_dir("/proc/self/fd").is_err() || !readable("stat") || !readable("net/tcp") {
        Found::Missing(session.fill(text::DOCTOR_PROC_MISSING, &[]))
    } else if without.is_empty() {
        Found::Good(session.fill(text::DOCTOR_READABLE, &[]))
    } else {
        Found::Poor(session.fill(text::DOCTOR_PROC_POOR, &[("names", &without.join(", "))]))
    };
    Finding { what: "/proc".into(), found }
}

fn saves(session: &Session) -> Finding {
    let tried = inotify::init(CreateFlags::CLOEXEC)
        .and_then(|events| inotify::add_watch(&events, ".", WatchFlags::CLOSE_WRITE));
    let found = match tried {
        Ok(_) => Found::Good(session.fill(text::DOCTOR_SAVES_TOLD, &[])),
        Err(why) => Found::Poor(session.fill(text::DOCTOR_SAVES_UNTOLD, &[("why", &why)])),
    };
    Finding { what: "inotify".into(), found }
}

fn disk(session: &Session) -> Finding {
    let folder = std::env::temp_dir();
    let writes = tempfile::tempdir().map(drop);
    let free = statvfs(&folder).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize)).unwrap_or(0);
    let gigabytes = format!("{:.1}", free as f64 / f64::from(1 << 30));
    let folder = folder.display();
    let values: &[(&str, &dyn std::fmt::Display)] = &[("folder", &folder), ("free", &gigabytes)];
    let found = match writes {
        Err(why) => {
            Found::Missing(session.fill(text::DOCTOR_TEMP_BAD, &[("folder", &folder), ("why", &why)]))
        }
        Ok(()) if free < DISK => Found::Poor(session.fill(text::DOCTOR_TEMP_FULL, values)),
        Ok(()) => Found::Good(session.fill(text::DOCTOR_TEMP_FREE, values)),
    };
    Finding { what: session.fill(text::DOCTOR_TEMP, &[]), found }
}
