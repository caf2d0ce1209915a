//! A list that lives in the manager's process.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::ManagerError;
use super::client::{Client, decode, encode};
use super::dict::listed;
use super::protocol::{ListRequest, Request};
use crate::process::Task;

/// A handle on a list that lives in the manager's process. As [`ManagedDict`](super::ManagedDict) in
/// everything else.
///
/// # Errors
/// Every method: `ManagerGone` when the server has ended, `Unserializable` for what cannot be sent.
/// `OutOfRange` where there has to be an element.
///
/// Python: `Manager().list()`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ManagedList<V> {
    client: Client,
    id: u64,
    _types: PhantomData<fn(V) -> V>,
}

impl<V: Serialize + DeserializeOwned> ManagedList<V> {
    pub(super) fn new(client: Client, id: u64) -> Self {
        ManagedList { client, id, _types: PhantomData }
    }

    /// A copy of an element.
    ///
    /// # Errors
    /// `OutOfRange`; see the [type](ManagedList).
    pub fn get(&self, index: usize) -> Result<V, ManagerError> {
        self.client.value(self.ask(ListRequest::Get(index)))
    }

    /// Replaces an element.
    ///
    /// # Errors
    /// `OutOfRange`; see the [type](ManagedList).
    pub fn set(&self, index: usize, value: &V) -> Result<(), ManagerError> {
        self.client.ask(self.ask(ListRequest::Set(index, &encode(value)?))).map(drop)
    }

    /// Puts an element behind the last one.
    ///
    /// # Errors
    /// See the [type](ManagedList).
    ///
    /// Python: `append`.
    pub fn push(&self, value: &V) -> Result<(), ManagerError> {
        self.client.ask(self.ask(ListRequest::Push(&encode(value)?))).map(drop)
    }

    /// Takes an element out; those behind it move up.
    ///
    /// # Errors
    /// `OutOfRange`; see the [type](ManagedList).
    ///
    /// Python: `pop(index)`.
    pub fn remove(&self, index: usize) -> Result<V, ManagerError> {
        self.client.value(self.ask(ListRequest::Remove(index)))
    }

    /// Has the server change an element with `task`, in one step, and returns a copy of the new one.
    ///
    /// # Errors
    /// `OutOfRange`; `Panicked`, and the element is as it was; `Unlisted`.
    pub fn update<F, M>(&self, index: usize, task: F) -> Result<V, ManagerError>
    where
        F: Task<M, Args = V, Output = V>,
    {
        let _ = task;
        self.client.value(self.ask(ListRequest::Update(listed::<F, M>()?, index, &[])))
    }

    /// As [`update`](ManagedList::update), for a task that also takes `more`.
    ///
    /// # Errors
    /// As [`update`](ManagedList::update).
    pub fn update_with<F, M, A: Serialize>(&self, index: usize, task: F, more: A) -> Result<V, ManagerError>
    where
        F: Task<M, Args = (V, A), Output = V>,
    {
        let _ = task;
        self.client.value(self.ask(ListRequest::Update(listed::<F, M>()?, index, &encode(&more)?)))
    }

    /// How many elements there are.
    ///
    /// # Errors
    /// See the [type](ManagedList).
    pub fn len(&self) -> Result<usize, ManagerError> {
        Ok(self.client.number(self.ask(ListRequest::Len))? as usize)
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// See the [type](ManagedList).
    pub fn is_empty(&self) -> Result<bool, ManagerError> {
        Ok(self.len()? == 0)
    }

    /// A copy of all elements at one moment.
    ///
    /// # Errors
    /// See the [type](ManagedList).
    ///
    /// Python: `l[:]`.
    pub fn to_vec(&self) -> Result<Vec<V>, ManagerError> {
        self.client.values(self.ask(ListRequest::Items))?.iter().map(|bytes| decode(bytes)).collect()
    }

    /// Takes everything out.
    ///
    /// # Errors
    /// See the [type](ManagedList).
    pub fn clear(&self) -> Result<(), ManagerError> {
        self.client.ask(self.ask(ListRequest::Clear)).map(drop)
    }

    fn ask<'a>(&self, request: ListRequest<'a>) -> Request<'a> {
        Request::List(self.id, request)
    }
}

impl<V> fmt::Debug for ManagedList<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManagedList({} of {})", self.id, self.client.server())
    }
}
