//! One run of one check: everything the check may use.

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{Command, Deadline, Exit, Failure, Peer, Random, Start, Stream, Subject, proc};

/// How long a program may take to start, at the least.
const START: Duration = Duration::from_secs(5);

/// What a check gets: the command, a seeded generator, a deadline and a folder.
#[derive(Debug)]
pub struct Trial {
    command: Command,
    /// Draws the inputs.
    pub random: Random,
    /// What the check may take.
    time: Duration,
    deadline: Cell<Deadline>,
    folder: TempDir,
    always: Vec<String>,
}

impl Trial {
    pub(crate) fn new(command: &Command, seed: u64, time: Duration) -> Result<Trial, Failure> {
        let folder = tempfile::Builder::new().prefix("lab-").tempdir()?;
        Ok(Trial {
            command: command.clone(),
            random: Random::new(seed),
            time,
            deadline: Cell::new(Deadline::after(time)),
            folder,
            always: Vec::new(),
        })
    }

    /// When the next wait ends: soon, and in any case at the end of the check.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline.get().soon()
    }

    /// When the whole check ends: for a wait that is known to be long.
    #[must_use]
    pub fn whole_deadline(&self) -> Deadline {
        self.deadline.get()
    }

    /// A temporary folder that goes with the trial.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether `word` stands among the command's own arguments: `--mechanism select` decides what can be asked of it.
    #[must_use]
    pub fn is_asked_for(&self, word: &str) -> bool {
        self.command.args.iter().any(|arg| arg == word || arg.ends_with(&format!("={word}")))
    }

    /// Puts `arguments` before the further ones at every start from now on.
    pub fn always(&mut self, arguments: impl IntoIterator<Item = String>) {
        self.always = arguments.into_iter().collect();
    }

    /// Gives the command, whenever it is started from now on, a soft limit of so many descriptors, as a shell has it for
    /// most users. The program may raise it.
    pub fn soft_descriptor_limit(&mut self, count: u64) {
        let script = format!("ulimit -S -n {count}; exec \"$0\" \"$@\"");
        let program = self.command.program.display().to_string();
        let args = ["-c".to_owned(), script, program].into_iter().chain(self.command.args.drain(..));
        self.command = Command::new("sh", args.collect::<Vec<_>>());
    }

    /// Starts the command with `addr` (none when empty) and further arguments, and does not wait for anything.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, addr: &str, extra: &[&str], typed: bool) -> Result<Subject, Failure> {
        let extra: Vec<&str> = self.always.iter().map(String::as_str).chain(extra.iter().copied()).collect();
        Subject::start(&self.command, Start { addr, dir: self.folder.path(), extra: &extra, typed })
    }

    /// Starts the command as a server on a free port of 127.0.0.1 and waits until it listens.
    ///
    /// # Errors
    /// When it does not.
    pub fn serve(&self, extra: &[&str]) -> Result<Server, Failure> {
        self.serve_on("127.0.0.1:0", extra)
    }

    /// The same on another address with a port.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn serve_on(&self, addr: &str, extra: &[&str]) -> Result<Server, Failure> {
        self.serve_how(addr, extra, false)
    }

    /// As [`serve`](Trial::serve), for a server that is told things on its stdin: the grader can type there.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn serve_typed(&self, extra: &[&str]) -> Result<Server, Failure> {
        self.serve_how("127.0.0.1:0", extra, true)
    }

    fn serve_how(&self, addr: &str, extra: &[&str], typed: bool) -> Result<Server, Failure> {
        let subject = Rc::new(self.start(addr, extra, typed)?);
        let addr = socket_address(&self.ready(&subject)?)?;
        if addr.port() == 0 {
            return Err(Failure::new(format!(
                "`listening on {addr}` must name the real port, not 0: ask getsockname for it"
            )));
        }
        Ok(Server { subject, addr, deadline: self.deadline.get() })
    }

    /// Waits until the subject listens. To start takes time that depends on the machine and the language; it is not taken
    /// from the check's own.
    fn ready(&self, subject: &Subject) -> Result<String, Failure> {
        let started = Instant::now();
        let line = subject.ready(Deadline::after(START.max(self.time / 2)))?;
        self.give_back(started.elapsed());
        Ok(line)
    }

    /// Ends the check later by the time that a start has taken, where the subject is no server.
    pub(crate) fn give_back(&self, time: Duration) {
        self.deadline.set(self.deadline.get().later_by(time));
    }

    /// Starts the command on a Unix socket in the trial's folder and waits until it listens.
    ///
    /// # Errors
    /// When it does not listen, or says that it listens elsewhere.
    pub fn serve_unix(&self, path: &Path) -> Result<Rc<Subject>, Failure> {
        let address = format!("unix:{}", path.display());
        let subject = Rc::new(self.start(&address, &[], false)?);
        let said = self.ready(&subject)?;
        if said != address {
            return Err(Failure::new("the ready line names another address")
                .compared(said.as_bytes(), address.as_bytes()));
        }
        Ok(subject)
    }

    /// A path in the trial's folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A subject that listens.
#[derive(Debug)]
pub struct Server {
    /// The process.
    pub subject: Rc<Subject>,
    /// Where it listens.
    pub addr: SocketAddr,
    deadline: Deadline,
}

impl Server {
    /// When the next wait ends.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        self.deadline.soon()
    }

    /// When the whole check ends.
    #[must_use]
    pub fn whole_deadline(&self) -> Deadline {
        self.deadline
    }

    /// Connects as a new client.
    ///
    /// # Errors
    /// When it is refused or takes too long.
    pub fn connect(&self) -> Result<Peer, Failure> {
        let connected = Peer::connect(self.addr, self.deadline);
        let peer = connected.map_err(|failure| self.subject.explain_refusal(failure, self.addr))?;
        Ok(peer.to_subject(&self.subject))
    }

    /// Waits for a line on stdout with this exact text.
    ///
    /// # Errors
    /// When it is not printed; shows the last lines that were.
    pub fn expect_line(&self, expected: &str) -> Result<(), Failure> {
        self.subject.line(Stream::Stdout, expected, self.deadline(), &mut |line| line == expected)?;
        Ok(())
    }

    /// Expects that the process has not ended.
    ///
    /// # Errors
    /// When it has; `after` says what happened before.
    pub fn expect_alive(&self, after: &str) -> Result<(), Failure> {
        // A dead one may not have been noticed yet.
        let dead =
            proc::state(self.subject.pid()).is_ok_and(|state| state == 'Z') && self.subject.is_ending();
        if !dead && self.subject.is_alive() {
            return Ok(());
        }
        Err(self.subject.explain(Failure::new(format!("the server died after {after}"))))
    }

    /// The failure of the client that came after `step`; when the server has died of that, this is the better story.
    #[must_use]
    pub fn blame(&self, failure: Failure, step: &str) -> Failure {
        self.or_its_death(failure.when(format!("the client after {step}")), step)
    }

    /// This failure; but when the server has died of `step`, that is the better story.
    #[must_use]
    pub fn or_its_death(&self, failure: Failure, step: &str) -> Failure {
        // It may be dying just now.
        let dead = self.subject.wait(self.deadline().at_most(Duration::from_secs(1))).is_ok();
        self.expect_alive(step).err().filter(|_| dead).unwrap_or(failure)
    }

    /// Waits for the end with code 0, with the words `stopped after …`, [shortly](Deadline::shortly). The lessons promise
    /// one second; the rest is for a busy machine.
    ///
    /// # Errors
    /// When it ends otherwise or not at all.
    pub fn expect_stop(&self, signal: &str) -> Result<String, Failure> {
        let sent = Instant::now();
        let exit = self.subject.wait(self.deadline().shortly()).map_err(|failure| {
            failure.when(format!("{signal} was sent {} seconds ago", sent.elapsed().as_secs()))
        })?;
        if exit != Exit::Code(0) {
            return Err(self
                .subject
                .explain(Failure::new(format!("after {signal} the exit code must be 0, not: {exit}"))));
        }
        let mut stopped = |line: &str| line.starts_with("stopped after ");
        self.subject.line(Stream::Stdout, "stopped after N …", self.deadline(), &mut stopped)
    }
}

/// The address in a ready line, when it is one of TCP or UDP.
///
/// # Errors
/// When it is no `HOST:PORT`.
pub fn socket_address(text: &str) -> Result<SocketAddr, Failure> {
    text.parse().map_err(|_| {
        Failure::new(format!("the address in `listening on {text}` is not HOST:PORT with numbers"))
    })
}
