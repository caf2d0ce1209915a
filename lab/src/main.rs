//! `lab`: what a student does next, and checks of any command by what can be observed of it.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use student::lang::Lang;
use student::session::{Done, Session, Trouble};
use student::{check, doctor, help_me, list, next, reset, usage, watch};

mod student;
mod teacher;

const EXAMPLES: &str = "Examples:
  cargo lab                                       what to do next
  cargo lab check greet                           build exercises/greet/main.rs and look at what it does
  cargo lab check greet -- python3 my_server.py   the same checks for any program
  cargo lab check lesson1.server -- python3 lessons/lesson1/original.py server

A command is started with `--addr 127.0.0.1:0` behind its own arguments, unless one of them contains {addr}, and must
print `listening on ADDR`. {dir} in an argument becomes a temporary folder.

Exit codes: 0 done, or all checks passed; 1 not done, or some failed; 2 wrong use.";

/// The workbook's tool: says what to do next, checks your programs by what they do, gives hints.
#[derive(Parser)]
#[command(name = "lab", bin_name = "cargo lab", after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Language of what the tool says [default: from LANG]
    #[arg(long, global = true, value_name = "en|zh", value_enum, hide_possible_values = true)]
    lang: Option<Lang>,
}

#[derive(Subcommand)]
enum Action {
    /// Say what to do next (as without a command)
    Next,
    /// List all exercises and how far you are
    List {
        /// The exercises of a lesson (1), or the checks of an exercise or a lesson program
        what: Option<String>,
        /// List the suites of checks of the lesson programs
        #[arg(long)]
        lessons: bool,
    },
    /// Build your answer and look at what it does
    Check(check::Check),
    /// Check after every save, and go on to the next exercise when one passes
    Watch {
        /// The exercise to begin with [default: the next one]
        name: Option<String>,
        /// Look at the file three times a second: for file systems that tell of no changes
        #[arg(long)]
        poll: bool,
    },
    /// Open a hint, each time one step further
    Hint {
        /// The exercise [default: the next one]
        name: Option<String>,
        /// Those that are open already
        #[arg(long)]
        again: bool,
    },
    /// Put back the file as it was handed out; yours is kept
    Reset {
        /// The exercise
        name: String,
    },
    /// Show a solution
    Solution {
        /// The exercise
        name: String,
        /// Even though the exercise is not passed
        #[arg(long)]
        give_up: bool,
    },
    /// Say whether this machine has all that is needed, and what to do if not
    Doctor,
    /// Grade all exercises of one submission
    Grade(teacher::Grade),
    /// Grade many submissions: exercise × first failing check
    Report(teacher::Report),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let lang = Lang::asked_for(&words).unwrap_or_else(Lang::of_environment);
    let session = Session::new(lang);
    let mut command = Arguments::command();
    if lang == Lang::Zh {
        command = usage::in_chinese(command);
    }
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe under `--help` is nobody's problem.
            match usage::mistake_in_chinese(&error).filter(|_| lang == Lang::Zh) {
                Some(words) => drop(io::stderr().write_all(words.as_bytes())),
                None => drop(error.print()),
            }
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let (code, why) = match act(&session, arguments.action.unwrap_or(Action::Next)) {
        Ok(code) => return code,
        // `lab list | head -1` is no failure.
        Err(Trouble::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(Trouble::Output(error)) => (1, format!("cannot write: {error}")),
        Err(Trouble::Failed(why)) => (1, why),
        Err(Trouble::Use(why)) => (2, why),
    };
    session.note(why);
    ExitCode::from(code)
}

fn act(session: &Session, action: Action) -> Done {
    match action {
        Action::Next => next::next(session),
        Action::List { what, lessons } => list::list(session, what.as_deref(), lessons),
        Action::Check(check) => check.run(session),
        Action::Watch { name, poll } => watch::watch(session, name.as_deref(), poll),
        Action::Hint { name, again } => help_me::hint(session, name.as_deref(), again),
        Action::Reset { name } => reset::reset(session, &name),
        Action::Solution { name, give_up } => help_me::solution(session, &name, give_up),
        Action::Doctor => doctor::doctor(session),
        Action::Grade(arguments) => arguments.run(session),
        Action::Report(arguments) => arguments.run(session),
    }
}
