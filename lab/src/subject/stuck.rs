//! Why nothing happens: facts from `/proc` about a process that was waited for in vain.

use std::time::Duration;

use crate::measure_for;
use crate::proc::{self, Descriptors, SocketState};

/// The CPU time that is worth a word.
const BUSY: Duration = Duration::from_millis(200);

/// How long is looked at a busy one.
const GLANCE: Duration = Duration::from_millis(250);

/// Who moves less than this meanwhile, in bytes, does not work.
const LITTLE: u64 = 4096;

/// So many descriptors more than at the beginning are a leak, or clients.
const MORE: usize = 8;

/// Whether the process has used its time for nothing.
pub(super) fn busy(pid: u32, used: Duration) -> Option<String> {
    if used < BUSY {
        return None;
    }
    let (cpu, moved) = (proc::cpu_time(pid).unwrap_or_default(), proc::moved(pid));
    measure_for(GLANCE);
    let more = proc::cpu_time(pid).unwrap_or_default().saturating_sub(cpu);
    let moved = proc::moved(pid).saturating_sub(moved);
    let spins = if moved < LITTLE { ": it spins" } else { "" };
    Some(format!(
        "the process used {:.1} s of CPU meanwhile, and in {} ms more another {} ms, in which it read and wrote {moved} \
         bytes{spins}",
        used.as_secs_f32(),
        GLANCE.as_millis(),
        more.as_millis(),
    ))
}

/// What waits for the process on its sockets.
pub(super) fn sockets(pid: u32) -> Vec<String> {
    let descriptors = Descriptors::of(pid);
    let mut facts = Vec::new();
    let mut abandoned = Vec::new();
    for socket in descriptors.tcp() {
        match socket.state {
            SocketState::Listen if socket.unread > 0 => {
                let (noun, verb) = if socket.unread == 1 { ("client", "waits") } else { ("clients", "wait") };
                facts
                    .push(format!("{} {noun} {verb} in the accept queue of {}", socket.unread, socket.local));
            }
            SocketState::CloseWait => abandoned.extend(descriptors.number(socket)),
            _ => {}
        }
        if socket.state != SocketState::Listen && socket.unread > 0 {
            let on = descriptors
                .number(socket)
                .map_or(String::new(), |number| format!(", on descriptor {number}"));
            facts.push(format!("{} bytes from {} lie unread{on}", socket.unread, socket.remote));
        }
    }
    facts.truncate(6);
    if !abandoned.is_empty() {
        let numbers: Vec<String> = abandoned.iter().take(6).map(ToString::to_string).collect();
        let more = if abandoned.len() > numbers.len() { ", …" } else { "" };
        facts.push(format!(
            "connections that are not closed although the client has hung up (CLOSE_WAIT): {}, on descriptor {}{more}",
            abandoned.len(),
            numbers.join(", ")
        ));
    }
    facts
}

/// What the process has not given back: descriptors, and children that have ended.
pub(super) fn left(pid: u32, at_ready: Option<usize>) -> Vec<String> {
    let mut facts = Vec::new();
    let open = Descriptors::of(pid).count();
    if let Some(before) = at_ready.filter(|before| open > before + MORE) {
        facts.push(format!("it has {open} descriptors open; when it began to listen it had {before}"));
    }
    let zombies = proc::children(pid).unwrap_or_default();
    let zombies =
        zombies.into_iter().filter(|&child| proc::state(child).is_ok_and(|state| state == 'Z')).count();
    if zombies > 0 {
        facts.push(format!("children that have ended and were never waited for (zombies): {zombies}"));
    }
    facts
}
