//! What to do with a request.

use std::any::Any;
use std::fmt;
use std::io;

use crate::net::Addr;

/// What a server does with each request of type `R`. One value serves all requests, perhaps from
/// several threads at once.
///
/// Python: `BaseRequestHandler` (one object a request), and the `verify_request`, `handle_error`
/// and `service_actions` of `BaseServer`.
pub trait Handler<R>: Send + Sync + 'static {
    /// Whether to serve this client at all. `false` ends the request at once.
    fn verify_request(&self, _request: &R, _client: &Addr) -> bool {
        true
    }

    /// Comes first. After an error neither `handle` nor `finish` is called.
    ///
    /// # Errors
    /// Whatever went wrong; [`handle_error`](Handler::handle_error) is told.
    fn setup(&self, _request: &mut R, _client: &Addr) -> io::Result<()> {
        Ok(())
    }

    /// The work.
    ///
    /// # Errors
    /// Whatever went wrong; [`handle_error`](Handler::handle_error) is told.
    fn handle(&self, request: &mut R, client: &Addr) -> io::Result<()>;

    /// Comes last, also when `handle` failed or panicked.
    ///
    /// # Errors
    /// Whatever went wrong; [`handle_error`](Handler::handle_error) is told.
    fn finish(&self, _request: &mut R, _client: &Addr) -> io::Result<()> {
        Ok(())
    }

    /// Is told of everything that goes wrong with a request. The default does nothing.
    fn handle_error(&self, _client: &Addr, _fault: &Fault) {}

    /// Is called after every turn of the loop.
    fn service_actions(&self) {}
}

/// What went wrong with a request.
#[derive(Debug)]
pub enum Fault {
    /// A step returned an error.
    Error(io::Error),
    /// A step panicked, with these words.
    Panic(String),
}

impl Fault {
    pub(super) fn of_panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_string());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Fault::Panic(text.unwrap_or_else(|| "a panic without words".to_string()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Error(error) => error.fmt(f),
            Fault::Panic(text) => write!(f, "the handler panicked: {text}"),
        }
    }
}
