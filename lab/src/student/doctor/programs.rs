//! The programs that others wrote: the toolchain, Python, a shell; and the folder.

use std::process::{Command, Stdio};

use super::machine::{Finding, Found};
use crate::student::build::cargo;
use crate::student::lang::Text;
use crate::student::session::Session;
use crate::student::text;
use crate::student::workbook::Workbook;

/// What is looked at, in reading order.
pub const LOOKS: &[fn(&Session) -> Finding] = &[folder, the_cargo, rustc, linker, python, shell];

fn folder(session: &Session) -> Finding {
    let found = match Workbook::find() {
        Some(workbook) => Found::Good(workbook.root.display().to_string()),
        None => Found::Missing(session.fill(text::DOCTOR_FOLDER_MISSING, &[])),
    };
    Finding { what: session.fill(text::DOCTOR_FOLDER, &[]), found }
}

fn the_cargo(session: &Session) -> Finding {
    let found = match first_line(cargo().arg("--version")) {
        Some(version) => Found::Good(version),
        None => Found::Missing(session.fill(text::DOCTOR_TOOLCHAIN, &[("version", &WANTED)])),
    };
    Finding { what: "cargo".into(), found }
}

/// The oldest version that is tried.
const WANTED: &str = env!("CARGO_PKG_RUST_VERSION");

fn rustc(session: &Session) -> Finding {
    let version = first_line(Command::new("rustc").arg("--version"));
    let number = version.as_deref().and_then(|line| numbers(line.split(' ').nth(1)?));
    let found = match (version, number) {
        (Some(version), Some(number)) if Some(number) >= numbers(WANTED) => Found::Good(version),
        (Some(version), _) => {
            Found::Missing(session.fill(text::DOCTOR_OLD_RUST, &[("is", &version), ("version", &WANTED)]))
        }
        (None, _) => Found::Missing(session.fill(text::DOCTOR_TOOLCHAIN, &[("version", &WANTED)])),
    };
    Finding { what: "rustc".into(), found }
}

fn linker(session: &Session) -> Finding {
    let found = command(session, "cc", &["--version"], text::DOCTOR_LINKER, Found::Missing);
    Finding { what: session.fill(text::DOCTOR_LINKER_NAME, &[]), found }
}

fn python(session: &Session) -> Finding {
    let version = first_line(Command::new("python3").arg("--version"));
    let number = version.as_deref().and_then(|line| numbers(line.split(' ').nth(1)?));
    let found = match version {
        Some(version) if number >= Some((3, 9)) => Found::Good(version),
        _ => Found::Poor(session.fill(text::DOCTOR_PYTHON, &[])),
    };
    Finding { what: "python3".into(), found }
}

fn shell(session: &Session) -> Finding {
    let found = command(session, "sh", &["-c", "echo sh"], text::DOCTOR_SHELL, Found::Missing);
    Finding { what: "sh".into(), found }
}

fn command(
    session: &Session,
    program: &str,
    args: &[&str],
    advice: Text,
    otherwise: fn(String) -> Found,
) -> Found {
    match first_line(Command::new(program).args(args)) {
        Some(line) => Found::Good(line),
        None => otherwise(session.fill(advice, &[])),
    }
}

/// What a program says first; none when it cannot be run.
fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}

/// The first two numbers of `1.95.0-nightly`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
