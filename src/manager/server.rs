//! The server's side: the values, and one thread for each connection.

use std::collections::HashMap;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::ManagerError;
use super::protocol::{DictRequest, Line, ListRequest, Reply, Request};
use crate::process::{Descriptor, Fault, quietly, run};

/// More connections than this wait in the kernel's queue.
const CONNECTIONS: usize = 1000;

/// All that is managed.
#[derive(Default)]
struct Values {
    next: AtomicU64,
    dicts: Mutex<HashMap<u64, Arc<Mutex<Dict>>>>,
    lists: Mutex<HashMap<u64, Arc<Mutex<List>>>>,
}

type List = Vec<Vec<u8>>;

/// A dictionary that remembers the order in which its keys came, as Python's.
#[derive(Default)]
struct Dict {
    entries: HashMap<Vec<u8>, (u64, Vec<u8>)>,
    next: u64,
}

/// How many connections are open.
#[derive(Default)]
struct Open {
    count: Mutex<usize>,
    fewer: Condvar,
}

/// The life of a manager's process.
#[doc(hidden)]
pub fn serve(listener: Descriptor) {
    let listener = UnixListener::from(listener.0);
    let values = Arc::new(Values::default());
    let open = Arc::new(Open::default());
    loop {
        open.wait_for_room();
        let Ok((stream, _)) = listener.accept() else { continue };
        let (values, leaving) = (Arc::clone(&values), Arc::clone(&open));
        let thread = thread::Builder::new().name("manager client".to_string()).spawn(move || {
            // Its end, however it comes, makes room.
            let _counted = Counted(leaving);
            // A client that has gone, or says what cannot be understood, has ended its connection.
            let _ = values.talk(stream);
        });
        if thread.is_err() {
            open.add(-1);
        }
    }
}

impl Open {
    fn wait_for_room(&self) {
        let mut count = lock(&self.count);
        while *count >= CONNECTIONS {
            count = self.fewer.wait(count).unwrap_or_else(PoisonError::into_inner);
        }
        *count += 1;
    }

    fn add(&self, change: isize) {
        let mut count = lock(&self.count);
        *count = count.saturating_add_signed(change);
        self.fewer.notify_one();
    }
}

struct Counted(Arc<Open>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.add(-1);
    }
}

impl Values {
    fn talk(&self, stream: UnixStream) -> io::Result<()> {
        let mut line = Line::new(stream)?;
        loop {
            let Some(bytes) = line.receive()? else { return Ok(()) };
            let request: Request<'_> = postcard::from_bytes(bytes).map_err(io::Error::other)?;
            let reply = self.answer(request).unwrap_or_else(Reply::Error);
            line.send(&reply)?;
            line.tidy();
        }
    }

    fn answer(&self, request: Request<'_>) -> Result<Reply, ManagerError> {
        match request {
            Request::NewDict => {
                let id = self.next.fetch_add(1, Ordering::Relaxed);
                lock(&self.dicts).insert(id, Arc::default());
                Ok(Reply::Number(id))
            }
            Request::NewList => {
                let id = self.next.fetch_add(1, Ordering::Relaxed);
                lock(&self.lists).insert(id, Arc::default());
                Ok(Reply::Number(id))
            }
            Request::Dict(id, request) => {
                let dict = lock(&self.dicts).get(&id).cloned().ok_or(ManagerError::KeyNotFound)?;
                lock(&dict).answer(request)
            }
            Request::List(id, request) => {
                let list = lock(&self.lists).get(&id).cloned().ok_or(ManagerError::KeyNotFound)?;
                answer_list(&mut lock(&list), request)
            }
        }
    }
}

impl Dict {
    fn answer(&mut self, request: DictRequest<'_>) -> Result<Reply, ManagerError> {
        match request {
            DictRequest::Get(key) => {
                let (_, value) = self.entries.get(key).ok_or(ManagerError::KeyNotFound)?;
                return Ok(Reply::Value(value.clone()));
            }
            DictRequest::Set(key, value) => match self.entries.get_mut(key) {
                Some((_, place)) => *place = value.to_vec(),
                None => {
                    self.entries.insert(key.to_vec(), (self.next, value.to_vec()));
                    self.next += 1;
                }
            },
            DictRequest::Remove(key) => {
                let (_, value) = self.entries.remove(key).ok_or(ManagerError::KeyNotFound)?;
                return Ok(Reply::Value(value));
            }
            DictRequest::Contains(key) => return Ok(Reply::Number(self.entries.contains_key(key).into())),
            DictRequest::Len => return Ok(Reply::Number(self.entries.len() as u64)),
            DictRequest::Items => {
                let mut all: Vec<_> = self.entries.iter().collect();
                all.sort_unstable_by_key(|(_, (came, _))| *came);
                let all = all.into_iter().flat_map(|(key, (_, value))| [key.clone(), value.clone()]);
                return Ok(Reply::Values(all.collect()));
            }
            DictRequest::Clear => self.entries.clear(),
            DictRequest::Update(task, key, args) => {
                let (_, value) = self.entries.get_mut(key).ok_or(ManagerError::KeyNotFound)?;
                *value = update(task, value, args)?;
                return Ok(Reply::Value(value.clone()));
            }
        }
        Ok(Reply::Done)
    }
}

fn answer_list(list: &mut List, request: ListRequest<'_>) -> Result<Reply, ManagerError> {
    let len = list.len();
    let missing = ManagerError::OutOfRange { len };
    match request {
        ListRequest::Get(index) => return Ok(Reply::Value(list.get(index).ok_or(missing)?.clone())),
        ListRequest::Set(index, value) => *list.get_mut(index).ok_or(missing)? = value.to_vec(),
        ListRequest::Push(value) => list.push(value.to_vec()),
        ListRequest::Remove(index) if index < len => return Ok(Reply::Value(list.remove(index))),
        ListRequest::Remove(_) => return Err(missing),
        ListRequest::Len => return Ok(Reply::Number(len as u64)),
        ListRequest::Items => return Ok(Reply::Values(list.clone())),
        ListRequest::Clear => list.clear(),
        ListRequest::Update(task, index, args) => {
            let value = list.get_mut(index).ok_or(missing)?;
            *value = update(task, value, args)?;
            return Ok(Reply::Value(value.clone()));
        }
    }
    Ok(Reply::Done)
}

/// What the function makes of the value: a tuple's bytes are those of its parts, one after the other.
fn update(task: u32, value: &[u8], args: &[u8]) -> Result<Vec<u8>, ManagerError> {
    let input = [value, args].concat();
    let mut output = Vec::new();
    match quietly(|| run(task, &mut &input[..], &mut output)) {
        Ok(()) => Ok(output),
        Err(Fault::Panicked(words)) => Err(ManagerError::Panicked(words)),
        Err(Fault::BadArguments(why) | Fault::BadResult(why)) => Err(ManagerError::Unserializable(why)),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one: the functions' panics are caught inside.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
