//! The checks of the lesson programs: the same for the Rust lesson, its Python twin and anybody's program.

use std::env;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use lab::{Command, Options, Report, Suite};

use super::session::{Done, Session, Trouble};
use super::show::{Shown, points};
use super::text;

/// All suites in a line each.
pub fn list(session: &Session) -> Done {
    for suite in lab::suites() {
        session.line(format!("{:<22} {:>2}  {}", suite.name, suite.checks.len(), suite.about))?;
    }
    session.line("")?;
    session.say(text::SUITES_HOW, &[])?;
    Ok(ExitCode::SUCCESS)
}

/// What is looked at, and what it means.
pub fn describe(session: &Session, suite: &Suite) -> Done {
    session.line(session.strong(format!("{}: {}\n", suite.name, suite.about)))?;
    for check in suite.checks {
        session.line(format!("{} ({})\n    {}", check.name, points(session, check.points), check.means))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the checks on a command; without one, on the lesson.
pub fn check(session: &Session, suite: &'static Suite, options: Options, command: &[String]) -> Done {
    let command = match command.split_first() {
        Some((program, args)) => Command::new(program, args),
        None => rust_lesson(session, suite)?,
    };
    let (program, args) = (command.program.display(), command.args.join(" "));
    let what: &[(&str, &dyn Display)] =
        &[("suite", &suite.name), ("command", &format!("{program} {args}")), ("seed", &options.seed)];
    session.say(text::SUITE, what)?;
    let mut report = Report::new(suite.name, options.seed);
    // The checks go on when nobody reads any more; the error is told at the end.
    let mut shown = Shown::new(*session, true);
    let mut written = Ok(());
    suite.run_each(&command, &options, |outcome| {
        if written.is_ok() {
            written = shown.outcome(&outcome);
        }
        report.outcomes.push(outcome);
    });
    written?;
    let sum: &[(&str, &dyn Display)] = &[
        ("points", &report.points()),
        ("possible", &report.points_possible()),
        ("passed", &report.passed()),
        ("failed", &report.failed()),
        ("seed", &options.seed),
    ];
    session.say(if report.failed() == 0 { text::SUITE_PASSED } else { text::SUITE_FAILED }, sum)?;
    Ok(if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The program `lesson1` in the folder where this one was built, with `server` or `client`.
fn rust_lesson(session: &Session, suite: &Suite) -> Result<Command, Trouble> {
    let (lesson, part) = suite.name.split_once('.').unwrap_or((suite.name, ""));
    let folder = env::current_exe().ok().and_then(|own| own.parent().map(PathBuf::from)).unwrap_or_default();
    let program = folder.join(lesson);
    if program.is_file() {
        return Ok(match (lesson, part) {
            ("lesson6", "echo") => Command::new(program, ["server", "--handler", "echo"]),
            // The server with an option that its checks add.
            (_, "echo") => Command::new(program, ["server"]),
            _ => Command::new(program, [part]),
        });
    }
    Err(Trouble::Use(session.fill(text::LESSON_NOT_BUILT, &[("lesson", &lesson), ("suite", &suite.name)])))
}
