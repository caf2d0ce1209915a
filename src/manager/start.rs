//! The manager's process.

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::protocol::Request;
use super::server::serve;
use super::{ManagedDict, ManagedList, ManagerError};
use crate::process::{Descriptor, Process};

/// A process that holds dictionaries and lists for others.
///
/// - It ends when this is dropped, and when this process ends; handles then say `ManagerGone`.
/// - Only processes of the same user can talk to it.
///
/// ```
/// use netkit::manager::{ManagedDict, Manager};
/// use netkit::process::{self, Process};
/// use netkit::tasks;
///
/// fn append(mut list: Vec<i32>, item: i32) -> Vec<i32> {
///     list.push(item);
///     list
/// }
///
/// fn child(dict: ManagedDict<String, Vec<i32>>) {
///     dict.update_with(&"a".to_string(), append, 2).unwrap();
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     process::init(tasks![append, child]);
///     let manager = Manager::start()?;
///     let dict = manager.dict()?;
///     let key = "a".to_string();
///     dict.set(&key, &vec![1])?;
///     dict.get(&key)?.unwrap().push(9); // changes a copy
///     Process::spawn(child, dict.clone())?.join()?;
///     assert_eq!(dict.get(&key)?, Some(vec![1, 2]));
///     Ok(())
/// }
/// ```
///
/// Python: `multiprocessing.Manager()`.
#[derive(Debug)]
pub struct Manager {
    process: Process,
    server: String,
}

impl Manager {
    /// Starts the process.
    ///
    /// # Errors
    /// `NotFound` without [`init`](crate::process::init); those of starting a process.
    pub fn start() -> io::Result<Manager> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let server = format!("netkit-manager-{}-{}", std::process::id(), now.as_nanos());
        // It listens already before its process begins: a first client waits, and is not refused.
        let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&server)?)?;
        let process = Process::builder().name("manager").spawn(serve, Descriptor(listener.into()))?;
        Ok(Manager { process, server })
    }

    /// The number of the process that holds everything.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// A new dictionary, empty.
    ///
    /// # Errors
    /// `ManagerGone`.
    ///
    /// Python: `manager.dict()`.
    pub fn dict<K, V>(&self) -> Result<ManagedDict<K, V>, ManagerError>
    where
        K: Serialize + DeserializeOwned,
        V: Serialize + DeserializeOwned,
    {
        let client = Client::new(&self.server);
        let id = client.number(Request::NewDict)?;
        Ok(ManagedDict::new(client, id))
    }

    /// A new list, empty.
    ///
    /// # Errors
    /// `ManagerGone`.
    ///
    /// Python: `manager.list()`.
    pub fn list<V: Serialize + DeserializeOwned>(&self) -> Result<ManagedList<V>, ManagerError> {
        let client = Client::new(&self.server);
        let id = client.number(Request::NewList)?;
        Ok(ManagedList::new(client, id))
    }

    /// Ends the process, and with it all that it holds. Dropping does the same.
    ///
    /// # Errors
    /// Those of [`Process::join`].
    ///
    /// Python: `manager.shutdown()`.
    pub fn shutdown(self) -> io::Result<()> {
        self.process.kill()?;
        self.process.join().map(drop)
    }
}
