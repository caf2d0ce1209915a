//! A dictionary that lives in the manager's process.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ManagerError;
use super::client::{Client, decode, encode};
use super::protocol::{DictRequest, Request};
use crate::process::{Task, number_of};

/// A handle on a dictionary that lives in the manager's process.
///
/// - [`get`](ManagedDict::get) gives a *copy*: to change it changes nothing there. Change it there, with
///   [`update`](ManagedDict::update), or [`set`](ManagedDict::set) it again.
/// - `get`, then `set`, are two requests, and another process may come in between; an update is one.
/// - Keys are equal when their bytes are.
/// - Clones are the same dictionary; so is what a child gets as an argument or inherits by fork. Each
///   has a connection of its own.
/// - Every request waits for its reply: about as long as two messages take.
///
/// # Errors
/// Every method: `ManagerGone` when the server has ended, `Unserializable` for what cannot be sent.
/// `KeyNotFound` where the key has to be there.
///
/// Python: `Manager().dict()`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ManagedDict<K, V> {
    client: Client,
    id: u64,
    _types: PhantomData<fn(K) -> V>,
}

impl<K: Serialize + DeserializeOwned, V: Serialize + DeserializeOwned> ManagedDict<K, V> {
    pub(super) fn new(client: Client, id: u64) -> Self {
        ManagedDict { client, id, _types: PhantomData }
    }

    /// A copy of the value; `None` when there is none.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    ///
    /// Python: `d.get(key)`.
    pub fn get(&self, key: &K) -> Result<Option<V>, ManagerError> {
        optional(self.client.value(self.ask(DictRequest::Get(&encode(key)?))))
    }

    /// Puts a value there; one that was there before is gone.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    ///
    /// Python: `d[key] = value`.
    pub fn set(&self, key: &K, value: &V) -> Result<(), ManagerError> {
        self.client.ask(self.ask(DictRequest::Set(&encode(key)?, &encode(value)?))).map(drop)
    }

    /// Takes the value out; `None` when there was none.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    ///
    /// Python: `d.pop(key, None)`.
    pub fn remove(&self, key: &K) -> Result<Option<V>, ManagerError> {
        optional(self.client.value(self.ask(DictRequest::Remove(&encode(key)?))))
    }

    /// Has the server change the value with `task`, in one step, and returns a copy of the new value.
    ///
    /// Others wait meanwhile. A task that uses this dictionary waits for itself, for ever.
    ///
    /// # Errors
    /// `KeyNotFound`; `Panicked`, and the value is as it was; `Unlisted`.
    ///
    /// Python: none. `d[key].append(x)` changes a copy and is lost.
    pub fn update<F, M>(&self, key: &K, task: F) -> Result<V, ManagerError>
    where
        F: Task<M, Args = V, Output = V>,
    {
        let _ = task;
        self.client.value(self.ask(DictRequest::Update(listed::<F, M>()?, &encode(key)?, &[])))
    }

    /// As [`update`](ManagedDict::update), for a task that also takes `more`.
    ///
    /// # Errors
    /// As [`update`](ManagedDict::update).
    ///
    /// Python: none. `d[key] += more` is two requests.
    pub fn update_with<F, M, A: Serialize>(&self, key: &K, task: F, more: A) -> Result<V, ManagerError>
    where
        F: Task<M, Args = (V, A), Output = V>,
    {
        let _ = task;
        self.client.value(self.ask(DictRequest::Update(listed::<F, M>()?, &encode(key)?, &encode(&more)?)))
    }

    /// Whether there is a value.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    pub fn contains(&self, key: &K) -> Result<bool, ManagerError> {
        Ok(self.client.number(self.ask(DictRequest::Contains(&encode(key)?)))? != 0)
    }

    /// How many keys there are.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    pub fn len(&self) -> Result<usize, ManagerError> {
        Ok(self.client.number(self.ask(DictRequest::Len))? as usize)
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    pub fn is_empty(&self) -> Result<bool, ManagerError> {
        Ok(self.len()? == 0)
    }

    /// A copy of everything at one moment, in the order in which the keys came.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    ///
    /// Python: `d.items()`.
    pub fn items(&self) -> Result<Vec<(K, V)>, ManagerError> {
        let all = self.client.values(self.ask(DictRequest::Items))?;
        all.as_chunks().0.iter().map(|[key, value]| Ok((decode(key)?, decode(value)?))).collect()
    }

    /// A copy of the keys at one moment, in the order in which they came.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    ///
    /// Python: `d.keys()`.
    pub fn keys(&self) -> Result<Vec<K>, ManagerError> {
        Ok(self.items()?.into_iter().map(|(key, _)| key).collect())
    }

    /// Takes everything out.
    ///
    /// # Errors
    /// See the [type](ManagedDict).
    pub fn clear(&self) -> Result<(), ManagerError> {
        self.client.ask(self.ask(DictRequest::Clear)).map(drop)
    }

    fn ask<'a>(&self, request: DictRequest<'a>) -> Request<'a> {
        Request::Dict(self.id, request)
    }
}

/// The number of a function, which the server knows it by.
pub(super) fn listed<F: Task<M>, M>() -> Result<u32, ManagerError> {
    number_of::<F, M>().map_err(|error| ManagerError::Unlisted(error.to_string()))
}

fn optional<V>(value: Result<V, ManagerError>) -> Result<Option<V>, ManagerError> {
    match value {
        Err(ManagerError::KeyNotFound) => Ok(None),
        other => other.map(Some),
    }
}

impl<K, V> fmt::Debug for ManagedDict<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManagedDict({} of {})", self.id, self.client.server())
    }
}
