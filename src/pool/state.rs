//! Who works at what: the pool's book-keeping. Every change is made under one lock.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::JobError;
use super::job::{Job, Outcome, Values};
use super::worker::{receive_heavy, send_heavy};
use crate::process::{ExitStatus, ParentEnd, Process, TaskHeader, name_of, next_result};

/// More tasks than this are not offered to one worker at a time.
const DEPTH: usize = 1024;

/// What the pool is up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Takes tasks.
    Open,
    /// Takes no more; those it has are done.
    Closed,
    /// Stops.
    Terminated,
}

pub(super) struct State {
    pub(super) phase: Phase,
    /// Nobody's yet.
    pub(super) queue: VecDeque<Job>,
    pub(super) workers: Vec<Option<Worker>>,
    /// Outcomes for the thread for results: those that did not come from a worker, and those with a
    /// callback that a caller has collected.
    pub(super) undelivered: Vec<(Job, Outcome)>,
    /// Workers take no more tasks than this; then others take their place.
    pub(super) max_tasks: Option<u32>,
    /// Why there will be no more workers.
    pub(super) broken: Option<String>,
    /// The thread that watches workers has ended.
    pub(super) unwatched: bool,
    /// A caller brings results while it waits for its own.
    pub(super) led: bool,
    /// The thread for results sleeps.
    pub(super) thread_asleep: bool,
    /// What was read from a ring.
    buffer: Vec<u8>,
}

/// A process of the pool.
pub(super) struct Worker {
    pub(super) process: Arc<Process>,
    end: ParentEnd,
    socket: OwnedFd,
    /// What it was offered and has not answered, in order.
    outstanding: VecDeque<Job>,
    /// How many it was offered and did not give back.
    given: u32,
    /// How many it has answered.
    answered: u32,
    /// It was told to end.
    leaving: bool,
}

impl State {
    pub(super) fn new(workers: Vec<Option<Worker>>, max_tasks: Option<u32>) -> Self {
        State {
            phase: Phase::Open,
            queue: VecDeque::new(),
            workers,
            undelivered: Vec::new(),
            max_tasks,
            broken: None,
            unwatched: false,
            led: false,
            thread_asleep: false,
            buffer: Vec::new(),
        }
    }

    /// Gives queued jobs to workers: to the one that has least.
    pub(super) fn assign(&mut self) {
        while let Some(job) = self.queue.front() {
            let max = self.max_tasks;
            let able = self.workers.iter_mut().flatten().filter(|worker| worker.can_take(job, max));
            let Some(worker) = able.min_by_key(|worker| worker.outstanding.len()) else { return };
            if let Some(job) = self.queue.pop_front() {
                worker.offer(job);
            }
        }
    }

    /// Collects what workers have answered.
    pub(super) fn collect(&mut self, into: &mut Vec<(Job, Outcome)>) {
        for worker in self.workers.iter_mut().flatten() {
            worker.collect(&mut self.buffer, into);
        }
    }

    /// Whether a worker has answered something that is not collected.
    pub(super) fn has_answers(&self) -> bool {
        self.workers.iter().flatten().any(|worker| worker.end.has_results())
    }

    /// Jobs that workers have.
    pub(super) fn outstanding(&self) -> usize {
        self.workers.iter().flatten().map(|worker| worker.outstanding.len()).sum()
    }

    /// If a worker has nothing to do, it gets half of what waits behind another one's task. Says whether
    /// something was moved.
    ///
    /// Nobody waits behind a long task while another worker is idle.
    pub(super) fn balance(&mut self) -> bool {
        let max = self.max_tasks;
        let idle = |worker: &Worker| worker.outstanding.is_empty() && worker.may_work(max);
        if !self.queue.is_empty() || !self.workers.iter().flatten().any(idle) {
            return false;
        }
        let busy = self.workers.iter_mut().flatten().filter(|worker| !worker.leaving);
        let busiest = busy.max_by_key(|worker| worker.movable());
        let Some(worker) = busiest else { return false };
        let half = worker.movable().div_ceil(2);
        let moved = worker.take_back(half, &mut self.queue);
        self.assign();
        moved
    }

    /// A worker has ended: its task is lost, what waited behind that goes back to the queue.
    pub(super) fn bury(&mut self, slot: usize, status: ExitStatus) {
        let Some(mut worker) = self.workers.get_mut(slot).and_then(Option::take) else { return };
        // What it had answered before, it had.
        worker.collect(&mut self.buffer, &mut self.undelivered);
        let begun = worker.end.taken().wrapping_sub(worker.answered) as usize;
        for job in worker.outstanding.drain(..begun.min(worker.outstanding.len())) {
            let error = JobError::lost(name_of(job.task), worker.process.pid(), status);
            self.undelivered.push((job, Err(error)));
        }
        while let Some(job) = worker.outstanding.pop_back() {
            self.queue.push_front(job);
        }
        self.assign();
    }

    /// Nothing of what is pending will be done.
    pub(super) fn cancel_all(&mut self, error: &JobError) {
        let pending = self.workers.iter_mut().flatten().flat_map(|worker| worker.outstanding.drain(..));
        let pending = pending.chain(self.queue.drain(..));
        self.undelivered.extend(pending.map(|job| (job, Err(error.clone()))));
    }

    /// Tells workers to end: all of them when the pool is closed and has nothing left, and those that
    /// have had their number of tasks.
    pub(super) fn dismiss(&mut self) {
        let over = self.phase == Phase::Closed && self.queue.is_empty() && self.outstanding() == 0;
        let max = self.max_tasks;
        for worker in self.workers.iter_mut().flatten() {
            if worker.outstanding.is_empty() && !worker.leaving && (over || !worker.may_work(max)) {
                worker.leave();
            }
        }
    }
}

impl Worker {
    pub(super) fn new(process: Arc<Process>, end: ParentEnd, socket: OwnedFd) -> Self {
        let outstanding = VecDeque::new();
        Worker { process, end, socket, outstanding, given: 0, answered: 0, leaving: false }
    }

    fn may_work(&self, max: Option<u32>) -> bool {
        !self.leaving && max.is_none_or(|max| self.given < max)
    }

    fn can_take(&self, job: &Job, max: Option<u32>) -> bool {
        // What goes by the socket cannot be taken back, so it is only for one who begins at once.
        let room = if job.is_heavy() { self.outstanding.is_empty() } else { self.outstanding.len() < DEPTH };
        room && self.may_work(max) && self.end.has_room(job.inline().len())
    }

    /// How many tasks wait here that another one might begin sooner: all but the one that it works at, or
    /// is about to begin.
    fn movable(&self) -> u32 {
        let here = self.outstanding.len() as u32;
        self.end.waiting().min(here.saturating_sub(1))
    }

    fn offer(&mut self, job: Job) {
        let mut flags = 0;
        if job.is_heavy() {
            let copies: Result<Vec<OwnedFd>, _> = job.descriptors.iter().map(OwnedFd::try_clone).collect();
            match copies.and_then(|copies| send_heavy(&self.socket, &job.bytes, copies)) {
                Ok(sent) => flags = sent,
                // It has died, which its watcher will tell; or no descriptor is left.
                Err(_) => {
                    let _ = self.process.kill();
                }
            }
        }
        let header = TaskHeader { task: job.task, count: job.count, flags };
        self.end.offer(header, job.inline());
        self.end.wake();
        self.given = self.given.wrapping_add(1);
        self.outstanding.push_back(job);
    }

    fn leave(&mut self) {
        self.leaving = true;
        self.end.offer(TaskHeader { task: 0, count: 0, flags: 0 }, &[]);
        self.end.wake();
    }

    fn collect(&mut self, buffer: &mut Vec<u8>, into: &mut Vec<(Job, Outcome)>) {
        buffer.clear();
        self.end.read_results(buffer);
        let mut rest = &buffer[..];
        while let Some((flags, bytes)) = next_result(&mut rest) {
            let Some(job) = self.outstanding.pop_front() else { return };
            self.end.done(job.inline().len());
            self.answered = self.answered.wrapping_add(1);
            let mut bytes = bytes.to_vec();
            let descriptors = match flags {
                0 => Ok(Vec::new()),
                _ => receive_heavy(&self.socket, flags, &mut bytes),
            };
            let outcome = match descriptors {
                Ok(descriptors) => Ok(Values { task: job.task, bytes, descriptors }),
                Err(error) => {
                    let name = name_of(job.task);
                    Err(JobError::unserializable(format!("{name}: its result did not arrive: {error}")))
                }
            };
            into.push((job, outcome));
        }
    }

    fn take_back(&mut self, most: u32, queue: &mut VecDeque<Job>) -> bool {
        let count = self.end.take_back(most);
        for _ in 0..count {
            if let Some(job) = self.outstanding.pop_back() {
                self.end.forget(job.inline().len());
                self.given = self.given.wrapping_sub(1);
                queue.push_front(job);
            }
        }
        count > 0
    }
}
