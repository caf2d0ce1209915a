//! What is compared.

mod connect;
mod echo;
mod hello;
mod idle;
mod inside;
mod processes;
mod udp;
mod upload;

use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use crate::rounds::Plan;

/// How long a server works before its clock is read: caches, branch predictors, Python's byte code.
const WARM_UP: Duration = Duration::from_millis(100);

/// One table, and its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Subject {
    /// Lesson 2: a page, over 64 connections that stay open
    Hello,
    /// Lesson 2: a page, a connection each
    HelloClose,
    /// Lesson 5: echo with 64 active of 64, 1,000 and 10,000 connections
    Echo,
    /// Lessons 5 and 6: connect, echo, close, 32 at a time
    ConnectEchoClose,
    /// Lesson 3: receive datagrams of 64 bytes
    Udp,
    /// Lesson 6: upload 1 GiB to memory
    Upload,
    /// Lesson 5: memory of idle clients, and what a wait costs
    Idle,
    /// Lesson 7: a reentrant lock, alone and contended by 2, 4 and 8 threads
    Locks,
    /// Lesson 7: from set to wake
    Event,
    /// Lesson 8: start a process and wait for its end
    ProcessStart,
    /// Lesson 8: add to a number that processes share
    SharedAdd,
    /// Lesson 8: a dictionary in a process of its own
    Manager,
    /// Lesson 8: tasks for a pool of processes
    Pool,
}

impl Subject {
    /// Measures it and publishes the result.
    ///
    /// # Errors
    /// The results cannot be written, or the machine lacks something that all contenders need.
    pub fn run(self, plan: &Plan) -> Result<()> {
        match self {
            Subject::Hello => hello::keep_alive(plan),
            Subject::HelloClose => hello::close(plan),
            Subject::Echo => echo::run(plan),
            Subject::ConnectEchoClose => connect::run(plan),
            Subject::Udp => udp::run(plan),
            Subject::Upload => upload::run(plan),
            Subject::Idle => idle::run(plan),
            Subject::Locks => inside::locks(plan),
            Subject::Event => inside::event(plan),
            Subject::ProcessStart => processes::start(plan),
            Subject::SharedAdd => processes::shared_add(plan),
            Subject::Manager => processes::manager(plan),
            Subject::Pool => processes::pool(plan),
        }
    }
}
