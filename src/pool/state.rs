//! Who works at what: the pool's book-keeping. Every change is made under one lock.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::JobError;
use super::batch::{Answer, Batch};
use super::job::{Job, Outcome, Values};
use super::worker::{receive_heavy, send_heavy};
use crate::process::{ExitStatus, ParentEnd, Process, Spin, TaskHeader, name_of, next_result};

/// More tasks than this are not offered to one worker at a time.
const DEPTH: usize = 512;

/// A worker that has so many is not given more: they go there together, when it has fewer.
const ENOUGH: usize = DEPTH / 2;

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
    /// How long such a caller waits before it sleeps.
    pub(super) spin: Spin,
    /// The thread for results sleeps.
    pub(super) thread_asleep: bool,
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
            spin: Spin::new(),
            thread_asleep: false,
        }
    }

    /// Gives queued jobs to workers: to the one that has least.
    pub(super) fn assign(&mut self) {
        if self.queue.is_empty()
            || !self.workers.iter().flatten().any(|worker| worker.outstanding.len() < ENOUGH)
        {
            return;
        }
        let max = self.max_tasks;
        while let Some(job) = self.queue.front() {
            let able = self.workers.iter_mut().flatten().filter(|worker| worker.can_take(job, max));
            let Some(worker) = able.min_by_key(|worker| worker.outstanding.len()) else { break };
            if let Some(job) = self.queue.pop_front() {
                worker.stage(job);
            }
        }
        self.workers.iter_mut().flatten().for_each(|worker| worker.end.offer());
    }

    /// Collects what workers have answered.
    pub(super) fn collect(&mut self, into: &mut Batch) {
        for worker in self.workers.iter_mut().flatten() {
            worker.collect(into);
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
        let mut answers = Batch::default();
        worker.collect(&mut answers);
        answers.deliver(|job, outcome| self.undelivered.push((job, outcome)));
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

    fn stage(&mut self, job: Job) {
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
        self.end.stage(header, job.inline());
        self.given = self.given.wrapping_add(1);
        self.outstanding.push_back(job);
    }

    fn leave(&mut self) {
        self.leaving = true;
        self.end.stage(TaskHeader { task: 0, count: 0, flags: 0 }, &[]);
        self.end.offer();
    }

    fn collect(&mut self, into: &mut Batch) {
        let begin = into.bytes.len();
        self.end.read_results(&mut into.bytes);
        let mut rest = &into.bytes[begin..];
        while let Some((flags, bytes)) = next_result(&mut rest) {
            let Some(job) = self.outstanding.pop_front() else { return };
            self.end.done(job.inline().len());
            self.answered = self.answered.wrapping_add(1);
            let answer = match flags {
                0 => Answer::Here(into.bytes.len() - rest.len() - bytes.len(), bytes.len()),
                _ => Answer::Came(self.receive(&job, flags, bytes)),
            };
            into.jobs.push((job, answer));
        }
    }

    /// A result of which something came by the socket.
    fn receive(&self, job: &Job, flags: u32, bytes: &[u8]) -> Outcome {
        let mut bytes = bytes.to_vec();
        match receive_heavy(&self.socket, flags, &mut bytes) {
            Ok(descriptors) => Ok(Values { task: job.task, bytes, descriptors }),
            Err(error) => {
                let name = name_of(job.task);
                Err(JobError::unserializable(format!("{name}: its result did not arrive: {error}")))
            }
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
