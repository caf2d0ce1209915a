//! Results that were collected together.

use super::job::{Job, Outcome, Values};

/// What was collected together. Under the lock it is only copied; the rest is done without.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) jobs: Vec<(Job, Answer)>,
    pub(super) bytes: Vec<u8>,
}

/// What came for a job.
pub(super) enum Answer {
    /// Where in the batch's bytes it begins, and how long it is.
    Here(usize, usize),
    Came(Outcome),
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Adds outcomes that are there already.
    pub(super) fn append(&mut self, outcomes: &mut Vec<(Job, Outcome)>) {
        self.jobs.extend(outcomes.drain(..).map(|(job, outcome)| (job, Answer::Came(outcome))));
    }

    /// Takes out those whose outcome somebody else is to bring.
    pub(super) fn take_out(&mut self, mut who: impl FnMut(&Job) -> bool) -> Vec<(Job, Outcome)> {
        let Batch { jobs, bytes } = self;
        let taken = jobs.extract_if(.., |(job, _)| who(job));
        taken.map(|(job, answer)| answer.outcome(job, bytes)).collect()
    }

    /// Empties it.
    pub(super) fn deliver(&mut self, mut to: impl FnMut(Job, Outcome)) {
        for (job, answer) in self.jobs.drain(..) {
            let (job, outcome) = answer.outcome(job, &self.bytes);
            to(job, outcome);
        }
        self.bytes.clear();
    }
}

impl Answer {
    fn outcome(self, job: Job, bytes: &[u8]) -> (Job, Outcome) {
        let outcome = match self {
            Answer::Came(outcome) => outcome,
            Answer::Here(begin, length) => {
                let bytes = bytes[begin..begin + length].to_vec();
                Ok(Values { task: job.task, bytes, descriptors: Vec::new() })
            }
        };
        (job, outcome)
    }
}
