//! The handles' side: a connection for each process that uses one.

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::process;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ManagerError;
use super::protocol::{Line, Reply, Request};
use crate::process::{pack, unpack};

/// Where a managed value is, and the connection to there.
///
/// What travels is the place; the connection is made when it is needed, and made anew in a forked
/// child, where the old one would be shared with the parent.
#[derive(Serialize, Deserialize)]
pub(super) struct Client {
    server: String,
    #[serde(skip)]
    line: Mutex<Option<(u32, Line)>>,
}

impl Client {
    pub(super) fn new(server: &str) -> Self {
        Client { server: server.to_string(), line: Mutex::default() }
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// Asks, and waits for the reply.
    pub(super) fn ask(&self, request: Request<'_>) -> Result<Reply, ManagerError> {
        let mut place = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let own = process::id();
        let line = match &mut *place {
            Some((pid, line)) if *pid == own => line,
            other => &mut other.insert((own, self.connect().map_err(|error| ManagerError::gone(&error))?)).1,
        };
        let reply = exchange(line, request);
        if let Err(ManagerError::ManagerGone(_)) = &reply {
            *place = None;
        }
        match reply? {
            Reply::Error(error) => Err(error),
            reply => Ok(reply),
        }
    }

    fn connect(&self) -> io::Result<Line> {
        Line::new(UnixStream::connect_addr(&SocketAddr::from_abstract_name(&self.server)?)?)
    }

    /// Asks for a number.
    pub(super) fn number(&self, request: Request<'_>) -> Result<u64, ManagerError> {
        match self.ask(request)? {
            Reply::Number(number) => Ok(number),
            _ => Err(unexpected()),
        }
    }

    /// Asks for a value.
    pub(super) fn value<V: DeserializeOwned>(&self, request: Request<'_>) -> Result<V, ManagerError> {
        match self.ask(request)? {
            Reply::Value(bytes) => decode(&bytes),
            _ => Err(unexpected()),
        }
    }

    /// Asks for many.
    pub(super) fn values(&self, request: Request<'_>) -> Result<Vec<Vec<u8>>, ManagerError> {
        match self.ask(request)? {
            Reply::Values(all) => Ok(all),
            _ => Err(unexpected()),
        }
    }
}

fn exchange(line: &mut Line, request: Request<'_>) -> Result<Reply, ManagerError> {
    line.send(&request).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => ManagerError::Unserializable(error.to_string()),
        _ => ManagerError::gone(&error),
    })?;
    let received = line.receive().and_then(|reply| reply.ok_or(io::ErrorKind::UnexpectedEof.into()));
    let bytes = received.map_err(|error| ManagerError::gone(&error))?;
    let reply = postcard::from_bytes(bytes).map_err(|error| ManagerError::Unserializable(error.to_string()));
    line.tidy();
    reply
}

fn unexpected() -> ManagerError {
    ManagerError::Unserializable("the manager answered something else".to_string())
}

/// A key, a value or arguments as bytes.
pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, ManagerError> {
    match pack(value) {
        Ok((bytes, descriptors)) if descriptors.is_empty() => Ok(bytes),
        Ok(_) => Err(ManagerError::Unserializable("a manager cannot hold what has a descriptor".to_string())),
        Err(why) => Err(ManagerError::Unserializable(why.to_string())),
    }
}

pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ManagerError> {
    unpack(bytes, Vec::new()).map_err(|why| ManagerError::Unserializable(why.to_string()))
}

impl Clone for Client {
    /// With a connection of its own.
    fn clone(&self) -> Self {
        Client::new(&self.server)
    }
}
