//! The command that is graded.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::LazyLock;

/// A program and its arguments, as typed after `lab check SUITE --`.
///
/// - `{addr}` in an argument becomes the address to listen on or to connect to; without it, `--addr ADDR` is appended,
///   unless the program needs no address.
/// - `{dir}` becomes a folder that belongs to this start alone.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program: a path, or a name that is looked up in `PATH`.
    pub program: PathBuf,
    /// Its arguments, with placeholders.
    pub args: Vec<String>,
}

impl Command {
    /// A command from its parts: `Command::new("python3", ["server.py"])`.
    pub fn new(program: impl Into<PathBuf>, args: impl IntoIterator<Item = impl Into<String>>) -> Command {
        Command { program: program.into(), args: args.into_iter().map(Into::into).collect() }
    }

    /// A Python program; `None` on a machine without Python 3.
    ///
    /// What is called `python3` may be a script that looks for the interpreter first. That is done once: its every start
    /// would take longer than most checks.
    pub fn python(args: impl IntoIterator<Item = impl Into<String>>) -> Option<Command> {
        static INTERPRETER: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
            let asked =
                process::Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
            let said = String::from_utf8(asked.ok()?.stdout).ok()?;
            let path = PathBuf::from(said.trim_end());
            path.is_absolute().then_some(path)
        });
        INTERPRETER.as_ref().map(|interpreter| Command::new(interpreter, args))
    }

    /// The arguments with the placeholders filled in and `extra` behind them. An empty address is none.
    #[must_use]
    pub fn filled_in(&self, addr: &str, dir: &Path, extra: &[&str]) -> Vec<String> {
        let dir = dir.display().to_string();
        let mut args: Vec<String> =
            self.args.iter().map(|arg| arg.replace("{addr}", addr).replace("{dir}", &dir)).collect();
        if !addr.is_empty() && !self.args.iter().any(|arg| arg.contains("{addr}")) {
            args.extend(["--addr".to_owned(), addr.to_owned()]);
        }
        args.extend(extra.iter().map(|&arg| arg.to_owned()));
        args
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Command;

    #[test]
    fn placeholders_are_filled_in_or_the_address_is_appended() {
        let dir = Path::new("/d");
        let named = Command::new("p", ["-l", "{addr}", "{dir}/x"]);
        assert_eq!(named.filled_in("a:0", dir, &["--echo"]), ["-l", "a:0", "/d/x", "--echo"]);
        let plain = Command::new("p", ["server"]);
        assert_eq!(plain.filled_in("a:0", dir, &[]), ["server", "--addr", "a:0"]);
        assert_eq!(plain.filled_in("", dir, &["-x"]), ["server", "-x"]);
    }
}
