//! Headless Chromium, driven through two pipes.
//!
//! With `--remote-debugging-pipe` Chromium reads commands from descriptor 3
//! and writes answers and events to descriptor 4: JSON, each message ended by
//! a NUL. So nothing listens on a port, and a browser whose pipes close ends.
//! The commands: <https://chromedevtools.github.io/devtools-protocol/>.

use super::page::Page;
use anyhow::{Context, Result, anyhow, bail, ensure};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the browser may take to start, on a machine that is busy.
const START: Duration = Duration::from_secs(30);

/// How long an ordinary command may take.
pub(super) const CALL: Duration = Duration::from_secs(10);

/// How long the browser may take to end when asked to.
const STOP: Duration = Duration::from_secs(5);

/// One message. The pipe holds 64 KiB, and a command is sent only after the
/// one before it was answered: so a message of this size never has to wait.
const LONGEST_MESSAGE: usize = 60 * 1024;

/// `sh` gives the pipes, its stdin and stdout, the numbers 3 and 4. It also
/// removes the browser's folder, its first argument, when the browser ends:
/// Ctrl-C ends us without a destructor, and the browser because a pipe closed.
const RUN: &str = r#"home=$1; shift; "$@" 3<&0 4>&1 </dev/null >/dev/null; rm -rf "$home""#;

/// Quiet, offline, and without the sandbox, which cannot run as root.
const FLAGS: [&str; 12] = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    // Whatever else it would like to fetch: no name but our own is found.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "about:blank",
];

/// The Chromium to use: `CHROMIUM`, or the first one on the `PATH`.
///
/// # Errors
/// When there is none; the message says how to get it.
pub(crate) fn find() -> Result<PathBuf> {
    if let Some(program) = env::var_os("CHROMIUM") {
        return Ok(program.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .flat_map(|folder| [folder.join("chromium"), folder.join("chromium-browser")])
        .find(|program| program.is_file())
        .context(
            "no chromium on the PATH (try: apt-get install chromium, or set CHROMIUM to a browser's path)",
        )
}

/// A running browser. Dropping it ends all its processes and removes its files.
pub(crate) struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    /// Events that came while an answer was awaited, oldest first.
    events: VecDeque<Value>,
    last_id: u64,
    log: PathBuf,
    /// Everything that it writes. `None` once removed.
    home: Option<TempDir>,
}

impl Browser {
    /// Starts `program` with a fresh profile; what it says goes to `log`.
    ///
    /// # Errors
    /// When it cannot be started or does not answer in time.
    pub(crate) fn start(program: &Path, log: &Path) -> Result<Browser> {
        let home = tempfile::Builder::new()
            .prefix("xtask-browser-")
            .tempdir()
            .context("cannot make a temporary folder for the browser")?;
        let stderr = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut child = Command::new("sh")
            .args(["-c", RUN, "sh"])
            .arg(home.path())
            .arg(program)
            .arg(format!("--user-data-dir={}", home.path().display()))
            .args(FLAGS)
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            // It starts a dozen processes: a group of their own can be ended
            // as one.
            .process_group(0)
            .spawn()
            .context("cannot start sh, to start the browser")?;
        let (Some(commands), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("a pipe to the browser is missing");
        };
        let (sender, messages) = mpsc::channel();
        let mut browser = Browser {
            child,
            commands,
            messages,
            events: VecDeque::new(),
            last_id: 0,
            log: log.to_path_buf(),
            home: Some(home),
        };
        // Ends when the browser closes its end of the pipe.
        thread::Builder::new()
            .name("browser messages".into())
            .spawn(move || {
                for message in messages_of(stdout) {
                    if sender.send(message).is_err() {
                        break;
                    }
                }
            })
            .context("cannot start a thread")?;
        browser
            .call(START, None, "Browser.getVersion", &json!({}))
            .with_context(|| format!("{} does not start", program.display()))?;
        Ok(browser)
    }

    /// Opens an empty page. One at a time: the page borrows the browser.
    ///
    /// # Errors
    /// When the browser has ended or does not answer.
    pub(crate) fn new_page(&mut self) -> Result<Page<'_>> {
        Page::open(self)
    }

    /// Sends a command, to a page if there is a `session`, and waits for the
    /// answer for at most `time`.
    pub(super) fn call(
        &mut self,
        time: Duration,
        session: Option<&str>,
        method: &str,
        params: &Value,
    ) -> Result<Value> {
        let deadline = Instant::now() + time;
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        ensure!(bytes.len() <= LONGEST_MESSAGE, "{method}: a command of {} bytes is too long", bytes.len());
        self.commands
            .write_all(&bytes)
            .with_context(|| format!("{method}: the browser has ended (see {})", self.log.display()))?;
        loop {
            let mut message = self.receive(deadline).with_context(|| method.to_owned())?;
            if message["id"] != id {
                self.events.push_back(message);
            } else if message["error"].is_null() {
                return Ok(message["result"].take());
            } else {
                bail!("{method}: {}", message["error"]["message"]);
            }
        }
    }

    /// The next event; `None` if there is none yet and `deadline` is.
    pub(super) fn event(&mut self, deadline: Option<Instant>) -> Result<Option<Value>> {
        match (self.events.pop_front(), deadline) {
            (Some(event), _) => Ok(Some(event)),
            (None, Some(deadline)) => self.receive(deadline).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn receive(&self, deadline: Instant) -> Result<Value> {
        let left = deadline.saturating_duration_since(Instant::now());
        let log = self.log.display();
        self.messages.recv_timeout(left).map_err(|error| match error {
            RecvTimeoutError::Timeout => anyhow!("nothing came in time (the browser's log: {log})"),
            RecvTimeoutError::Disconnected => anyhow!("the browser has ended (see {log})"),
        })
    }
}

/// The messages in a stream, until it ends.
fn messages_of(stream: ChildStdout) -> impl Iterator<Item = Value> {
    BufReader::new(stream)
        .split(0)
        .map_while(Result::ok)
        .filter_map(|bytes| serde_json::from_slice(&bytes).ok())
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked first, so that all its processes end; then made sure.
        // Failures in here mean that it has already ended.
        let close = b"{\"id\":0,\"method\":\"Browser.close\"}\0";
        if self.commands.write_all(close).is_ok() {
            let deadline = Instant::now() + STOP;
            while self.receive(deadline).is_ok() {}
        }
        // Until `wait` our child keeps its number, and so does its group.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
        if let Some(home) = self.home.take() {
            remove(home);
        }
    }
}

/// Removes the folder. Processes that were just killed may still be writing.
fn remove(home: TempDir) {
    let path = home.keep();
    for _ in 0..20 {
        if fs::remove_dir_all(&path).is_ok() || !path.exists() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
}
