//! `lab`: grades any command by what can be observed of it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use lab::{Command, Options, Random, Report, Suite};

mod teacher;

const EXAMPLES: &str = "Examples:
  lab list
  lab check lesson1.server                                         the Rust lesson built beside this program
  lab check lesson1.server -- python3 lessons/lesson1/original.py server
  lab check lesson1.server.long-request --seed 7 -- ./my_server

The command is started with `--addr 127.0.0.1:0` behind its own arguments, unless one of them contains {addr}, and
must print `listening on ADDR`. {dir} in an argument becomes a temporary folder.

Exit codes: 0 all checks passed, 1 some failed, 2 wrong use.";

/// Grades any command by what can be observed of it: a lesson, its Python twin, your own program.
#[derive(Parser)]
#[command(name = "lab", after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Lists the suites and their checks.
    List {
        /// Only this suite; then with what each check means.
        suite: Option<String>,
    },
    /// Runs the checks of a suite, or one of them, on a command.
    Check {
        /// SUITE or SUITE.CHECK, such as lesson1.server or lesson1.server.reply.
        #[arg(value_name = "SUITE[.CHECK]")]
        what: String,
        /// The seed of an earlier run, to have the same inputs again.
        #[arg(long)]
        seed: Option<u64>,
        /// Seconds that each check may take.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
        deadline: u64,
        /// The command to grade. Without one, the Rust lesson.
        #[arg(last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Grades all exercises of one submission.
    Grade(teacher::Grade),
    /// Grades many submissions: exercise × first failing check.
    Report(teacher::Report),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().action {
        Action::List { suite } => list(suite.as_deref()),
        Action::Check { what, seed, deadline, command } => check(&what, seed, deadline, command),
        Action::Grade(arguments) => arguments.run(),
        Action::Report(arguments) => arguments.run(),
    };
    match done {
        Ok(code) => code,
        // `lab list | head -1` is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lab: cannot write: {error}");
            ExitCode::FAILURE
        }
    }
}

fn list(name: Option<&str>) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let Some(name) = name else {
        for suite in lab::suites() {
            writeln!(out, "{:<22} {:>2} checks  {}", suite.name, suite.checks.len(), suite.about)?;
        }
        writeln!(out, "\n`lab list SUITE` shows the checks of one, `lab check SUITE` runs them.")?;
        return Ok(ExitCode::SUCCESS);
    };
    let Some(suite) = lab::suite(name) else { return Ok(wrong_use(&unknown(name))) };
    writeln!(out, "{}: {}\n", suite.name, suite.about)?;
    for check in suite.checks {
        let unit = if check.points == 1 { "point" } else { "points" };
        writeln!(out, "{} ({} {unit})\n    {}", check.name, check.points, check.means)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check(what: &str, seed: Option<u64>, deadline: u64, command: Vec<String>) -> io::Result<ExitCode> {
    let Some((suite, only)) = find(what) else { return Ok(wrong_use(&unknown(what))) };
    let command = match command.split_first() {
        Some((program, args)) => Command::new(program, args),
        None => match rust_lesson(suite) {
            Ok(command) => command,
            Err(help) => return Ok(wrong_use(&help)),
        },
    };
    let deadline = Duration::from_secs(deadline);
    let options =
        Options { seed: seed.unwrap_or_else(Random::fresh_seed), deadline, only, ..Options::default() };

    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} on `{} {}` (seed {})",
        suite.name,
        command.program.display(),
        command.args.join(" "),
        options.seed
    )?;
    let mut report = Report::new(suite.name, options.seed);
    // The checks go on when nobody reads any more; the error is told at the end.
    let mut written = Ok(());
    suite.run_each(&command, &options, |outcome| {
        let line = writeln!(out, "{outcome}");
        written = std::mem::replace(&mut written, Ok(())).and(line);
        report.outcomes.push(outcome);
    });
    written?;
    writeln!(out, "{}", report.summary())?;
    Ok(if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `lesson1.server` is a suite; `lesson1.server.reply` a check of it.
fn find(what: &str) -> Option<(&'static Suite, Option<String>)> {
    if let Some(suite) = lab::suite(what) {
        return Some((suite, None));
    }
    let (suite, check) = what.rsplit_once('.')?;
    let suite = lab::suite(suite)?;
    suite.check(check).map(|check| (suite, Some(check.name.to_owned())))
}

/// The program `lesson1` in the folder where this one was built, with `server` or `client`.
fn rust_lesson(suite: &Suite) -> Result<Command, String> {
    let (lesson, part) = suite.name.split_once('.').unwrap_or((suite.name, ""));
    let folder =
        std::env::current_exe().ok().and_then(|own| own.parent().map(PathBuf::from)).unwrap_or_default();
    let program = folder.join(lesson);
    if program.is_file() {
        return Ok(match (lesson, part) {
            ("lesson6", "echo") => Command::new(program, ["server", "--handler", "echo"]),
            // The server with an option that its checks add.
            (_, "echo") => Command::new(program, ["server"]),
            _ => Command::new(program, [part]),
        });
    }
    Err(format!(
        "no command, and {lesson} is not built beside this program: `cargo build --bin {lesson}` first, or name one: lab \
         check {} -- COMMAND",
        suite.name
    ))
}

fn unknown(what: &str) -> String {
    let near = lab::suites().iter().find(|suite| what.starts_with(suite.name));
    match near {
        Some(suite) => {
            let names: Vec<&str> = suite.checks.iter().map(|check| check.name).collect();
            format!("no check `{what}`. The checks of {}: {}", suite.name, names.join(", "))
        }
        None => {
            let names: Vec<&str> = lab::suites().iter().map(|suite| suite.name).collect();
            format!("no suite `{what}`. The suites: {}", names.join(", "))
        }
    }
}

fn wrong_use(message: &str) -> ExitCode {
    eprintln!("lab: {message}");
    ExitCode::from(2)
}
