//! From the command line to the exit code.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, ValueEnum};

use super::failure::{self, Failure, StdoutClosed, Usage};
use super::help::{self, Help};
use super::{Lang, Session, Text, usage};
use crate::trace::Trace;

// No doc comment: clap would take it for the program's description.
// The options that every lesson program has.
#[derive(Args)]
struct Common {
    /// Language of what the program says about itself [default: from LANG]
    #[arg(long, global = true, value_name = "en|zh", value_enum, hide_possible_values = true)]
    lang: Option<Lang>,
    /// Show each socket call on stderr as it happens
    #[arg(long, global = true)]
    trace: bool,
    /// Record the same events as JSON lines in FILE (- for stdout)
    #[arg(long, global = true, value_name = "FILE")]
    trace_out: Option<PathBuf>,
}

const NOTHING_TRACED: Text = Text::new(
    "{part} recorded nothing: its calls go past the trace (those of the servers and clients do not)",
    "{part} 没有留下记录:它的调用不经过记录器(服务器和客户端的调用会被记录)",
);

/// Runs a lesson program: reads the command line, calls `main`, turns its result into an exit code.
///
/// - `zh` is the program's help in Chinese; the English one is in `A`'s doc comments.
/// - Exit codes: 0 success, 1 failure (one sentence on stderr), 2 usage.
/// - A closed standard output (`lesson1 | head -1`) is success.
pub fn run<A>(zh: Help, main: impl FnOnce(&Session, A) -> anyhow::Result<()>) -> ExitCode
where
    A: CommandFactory + FromArgMatches,
{
    let arguments: Vec<OsString> = env::args_os().collect();
    let lang = asked_for(&arguments).unwrap_or_else(Lang::of_environment);
    let mut command = Common::augment_args(A::command());
    if lang == Lang::Zh {
        command = help::in_chinese(command, zh);
    }
    let name = command.get_name().to_string();
    let parsed = command.try_get_matches_from_mut(&arguments).and_then(|matches| {
        Ok((Common::from_arg_matches(&matches)?, A::from_arg_matches(&matches)?, actor(&matches)))
    });
    let (common, args, actor) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // A closed pipe under `--help` is nobody's problem.
            match usage::in_chinese(&error).filter(|_| lang == Lang::Zh) {
                Some(words) => drop(io::stderr().write_all(words.as_bytes())),
                None => drop(error.print()),
            }
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let result = recorder(&common, &actor, lang).and_then(|trace| {
        let session = Session::new(&name, lang, trace);
        main(&session, args)?;
        if session.trace().is_empty() {
            // Better than a silence that looks like "no calls were made".
            let _ = writeln!(io::stderr(), "{name}: {}", NOTHING_TRACED.fill(lang, &[("part", &actor)]));
        }
        Ok(())
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if closed_stdout(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let in_words = |cause: &(dyn Error + 'static)| match cause.downcast_ref() {
                Some(error) => failure::reason(lang, error),
                None => cause.to_string(),
            };
            let causes: Vec<String> = error.chain().map(in_words).collect();
            // When stderr is closed too there is nobody left to tell.
            let _ = writeln!(io::stderr(), "{name}: {}", causes.join(": "));
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

/// The language that `--lang` asks for, found before parsing: `--help` needs it.
fn asked_for(arguments: &[OsString]) -> Option<Lang> {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let value = words.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some(("--lang", value)) => Some(value),
        _ if *word == "--lang" => words.get(at + 1).copied(),
        _ => None,
    })?;
    Lang::from_str(value, true).ok()
}

/// Who acts in the trace: the part that runs.
fn actor(matches: &clap::ArgMatches) -> String {
    matches.subcommand_name().unwrap_or("demo").to_string()
}

fn recorder(common: &Common, actor: &str, lang: Lang) -> anyhow::Result<Trace> {
    let text = common.trace.then(|| Box::new(io::stderr()) as Box<dyn Write + Send>);
    let json: Option<Box<dyn Write + Send>> = match &common.trace_out {
        None => None,
        Some(path) if path.as_os_str() == "-" => Some(Box::new(io::stdout())),
        Some(path) => match File::create(path) {
            Ok(file) => Some(Box::new(file)),
            Err(error) => {
                let what = Text::new("cannot write the trace to {path}", "无法把记录写入 {path}");
                let what = what.fill(lang, &[("path", &path.display())]);
                return Err(Failure::from_io(lang, what, &error).into());
            }
        },
    };
    Ok(Trace::new(actor, text, json))
}

fn closed_stdout(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref().is_some_and(StdoutClosed::caused))
}
