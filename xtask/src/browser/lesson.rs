//! A lesson's program: built, started, asked for its address, ended.

use crate::workspace;
use anyhow::{Context, Result, anyhow, ensure};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to say that it listens.
const READY: Duration = Duration::from_secs(10);

/// How long a server may take to end after SIGTERM; the lessons promise 1 s.
const STOP: Duration = Duration::from_secs(2);

/// Runs a server until stdin closes. That happens however we end, even by
/// Ctrl-C or SIGKILL, so no server is left behind. `sh` lets go of stdout:
/// the server's end is then the end of the output; and of stderr, on which it
/// would comment on that end.
const UNTIL_STDIN_CLOSES: &str = r#""$@" </dev/null & exec >&- 2>&-; read _; kill $!; wait $!"#;

/// Builds `lesson2` and says where cargo put it.
///
/// # Errors
/// When it does not build; cargo has then said why.
pub(super) fn build() -> Result<PathBuf> {
    let output = workspace::cargo()
        .args(["build", "--bin", "lesson2", "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo (is it on the PATH?)")?;
    ensure!(output.status.success(), "lesson2 does not build: see cargo's messages above");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "lesson2")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .context("cargo built lesson2 but does not say where (was the binary renamed?)")
}

/// A running server. Dropping it ends and reaps it.
pub(super) struct Lesson {
    child: Child,
    address: String,
    output: Receiver<String>,
}

impl Lesson {
    /// Starts `program args` and waits for its line `listening on ADDR`.
    ///
    /// # Errors
    /// When it cannot be started, ends early or does not say so in time.
    pub(super) fn start(program: &Path, args: &[&str]) -> Result<Lesson> {
        let what = format!("lesson2 {}", args.join(" "));
        let mut child = Command::new("sh")
            .args(["-c", UNTIL_STDIN_CLOSES, "sh"])
            .arg(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // `sh` and the server, to be ended as one.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start `{what}`"))?;
        let stdout = child.stdout.take();
        let (lines, output) = mpsc::channel();
        // From here on, whatever fails, dropping `lesson` ends the child.
        let mut lesson = Lesson { child, address: String::new(), output };
        let stdout = stdout.context("a piped stdout is missing")?;
        // Ends when the child does: reads on, so that a full pipe never stops
        // the server.
        thread::Builder::new()
            .name("lesson output".into())
            .spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // Nobody listens any more; the pipe must still be emptied.
                    let _ = lines.send(line);
                }
            })
            .context("cannot start a thread")?;
        lesson.address = lesson.ready().with_context(|| format!("`{what}` is no use"))?;
        Ok(lesson)
    }

    /// The URL of a path on this server.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits for the ready line.
    fn ready(&self) -> Result<String> {
        let deadline = Instant::now() + READY;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.output.recv_timeout(left).map_err(|error| match error {
                RecvTimeoutError::Timeout => anyhow!("no line `listening on ADDR` within {READY:?}"),
                RecvTimeoutError::Disconnected => anyhow!("it ended without a line `listening on ADDR`"),
            })?;
            if let Some(address) = line.strip_prefix("listening on ") {
                return Ok(address.trim().to_owned());
            }
        }
    }
}

impl Drop for Lesson {
    fn drop(&mut self) {
        // `sh` sees this and sends SIGTERM.
        drop(self.child.stdin.take());
        // A process that ends closes its stdout, and the channel with it.
        let deadline = Instant::now() + STOP;
        let left = || deadline.saturating_duration_since(Instant::now());
        while self.output.recv_timeout(left()).is_ok() {}
        // Until `wait` the child keeps its number, and so does its group.
        // A failure means that the group has already ended.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}
