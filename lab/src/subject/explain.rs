//! Why a subject did not do what was waited for: what it printed, what it does, what it left undone.

use std::time::Duration;

use super::{Stream, Subject};
use crate::proc::{self, SocketState};
use crate::{Deadline, Failure};

impl Subject {
    /// Adds what the subject printed on stderr, and its exit.
    #[must_use]
    pub fn explain(&self, failure: Failure) -> Failure {
        let printed = self.tail(Stream::Stderr, 8);
        let failure = if printed.is_empty() {
            let stdout = self.tail(Stream::Stdout, 3);
            failure.facts((!stdout.is_empty()).then(|| format!("its last output: {}", stdout.join(" ⏎ "))))
        } else {
            failure.fact(format!("its stderr ends with:\n      {}", printed.join("\n      ")))
        };
        match self.exit(Deadline::after(Duration::ZERO)) {
            Some(exit) => failure.fact(format!("the process has ended: {exit}")),
            None => failure,
        }
    }

    /// Explains a wait that was in vain from `/proc`: what it did meanwhile, and what it left undone.
    #[must_use]
    pub fn explain_wait(&self, failure: Failure, cpu_before: Duration) -> Failure {
        let used = self.cpu_time().saturating_sub(cpu_before);
        let mut facts = Vec::new();
        if self.is_alive() {
            facts.extend(proc::doing(self.pid()));
            if used > Duration::from_millis(200) {
                facts
                    .push(format!("the process used {:.1} s of CPU meanwhile: it spins", used.as_secs_f32()));
            }
            facts.extend(socket_facts(self.pid()));
        }
        self.explain(failure.facts(facts))
    }
}

fn socket_facts(pid: u32) -> Vec<String> {
    let mut facts = Vec::new();
    let mut abandoned = 0;
    for socket in proc::sockets(pid).unwrap_or_default() {
        match socket.state {
            SocketState::Listen if socket.unread > 0 => {
                let (noun, verb) = if socket.unread == 1 { ("client", "waits") } else { ("clients", "wait") };
                facts
                    .push(format!("{} {noun} {verb} in the accept queue of {}", socket.unread, socket.local));
            }
            SocketState::CloseWait => abandoned += 1,
            SocketState::Established if socket.unread > 0 => {
                facts.push(format!("{} bytes from {} lie unread", socket.unread, socket.remote));
            }
            _ => {}
        }
    }
    if abandoned > 0 {
        facts.push(format!(
            "{abandoned} connections are not closed although the client has hung up (CLOSE_WAIT)"
        ));
    }
    facts
}
