//! The work for one request: the same steps wherever they run.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Fault, Handler, Transport};
use crate::net::Addr;

/// A step on the way of a request, under its name in `socketserver`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the steps are explained in the module")]
pub enum Step {
    ServeForever,
    GetRequest,
    VerifyRequest,
    ProcessRequest,
    FinishRequest,
    Setup,
    Handle,
    Finish,
    HandleError,
    ShutdownRequest,
    CloseRequest,
}

/// What a task needs, wherever it runs.
pub(super) struct Work<H> {
    pub(super) handler: H,
    pub(super) on_step: Option<Box<dyn Fn(Step) + Send + Sync>>,
}

impl<H> Work<H> {
    pub(super) fn step(&self, step: Step) {
        if let Some(on_step) = &self.on_step {
            on_step(step);
        }
    }

    pub(super) fn fault<R>(&self, client: &Addr, fault: &Fault)
    where
        H: Handler<R>,
    {
        self.step(Step::HandleError);
        // Whatever the report of an error does, it is no reason to end.
        let _ = catch_unwind(AssertUnwindSafe(|| self.handler.handle_error(client, fault)));
    }

    /// `finish_request` and what follows: the same wherever it runs.
    pub(super) fn run<T: Transport>(&self, mut request: T::Request, client: &Addr)
    where
        H: Handler<T::Request>,
    {
        self.step(Step::FinishRequest);
        self.step(Step::Setup);
        let mut faults: Vec<Fault> =
            fault_of(|| self.handler.setup(&mut request, client)).into_iter().collect();
        if faults.is_empty() {
            self.step(Step::Handle);
            faults.extend(fault_of(|| self.handler.handle(&mut request, client)));
            self.step(Step::Finish);
            faults.extend(fault_of(|| self.handler.finish(&mut request, client)));
        }
        // Told at the end, as in Python: finish comes before handle_error.
        for fault in &faults {
            self.fault(client, fault);
        }
        self.shutdown_request::<T>(request);
    }

    pub(super) fn shutdown_request<T: Transport>(&self, request: T::Request) {
        self.step(Step::ShutdownRequest);
        T::shutdown_request(request);
        self.step(Step::CloseRequest);
    }
}

/// Runs a step of the handler; an error or a panic goes no further than here.
fn fault_of(step: impl FnOnce() -> io::Result<()>) -> Option<Fault> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(Fault::Error(error)),
        Err(payload) => Some(Fault::of_panic(&*payload)),
    }
}
