//! caught by: nested
//! says: wait for ever
//! deadline: 4
//! The mistake: a handler waits for a place in the pool, while it has one itself.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::{env, thread};

type Job = Box<dyn FnOnce() + Send>;

struct Pool {
    free: Mutex<usize>,
    changed: Condvar,
}

/// A place that is taken. It is free again when this is dropped: at the job's end, by a panic, too.
struct Place(Arc<Pool>);

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.changed.notify_one();
    }
}

impl Pool {
    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `job` in a thread of its own; gives it back if all places are taken.
    fn try_submit(self: &Arc<Self>, job: Job) -> Result<(), Job> {
        let mut free = self.free();
        if *free == 0 {
            return Err(job);
        }
        *free -= 1;
        drop(free);
        let place = Place(Arc::clone(self));
        // A thread that cannot be started drops the job, the client's connection, and the place.
        let _ = thread::Builder::new().spawn(move || {
            let _place = place;
            job();
        });
        Ok(())
    }

    /// Waits for a place.
    fn submit(self: &Arc<Self>, mut job: Job) {
        while let Err(refused) = self.try_submit(job) {
            job = refused;
            let free = self.free();
            drop(self.changed.wait_while(free, |free| *free == 0));
        }
    }
}

fn main() -> io::Result<()> {
    let option = |name: &str| env::args().skip_while(|word| word != name).nth(1);
    let limit = option("--limit").and_then(|number| number.parse().ok()).unwrap_or(4);
    let listener = TcpListener::bind(option("--addr").as_deref().unwrap_or("127.0.0.1:8009"))?;
    println!("listening on {}", listener.local_addr()?);
    let pool = Arc::new(Pool { free: Mutex::new(limit), changed: Condvar::new() });
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        let stream = Arc::new(stream);
        let (client, jobs) = (Arc::clone(&stream), Arc::clone(&pool));
        if pool.try_submit(Box::new(move || drop(serve(&client, &jobs)))).is_err() {
            let _ = (&*stream).write_all(b"busy\n");
        }
    }
}

fn serve(mut stream: &TcpStream, pool: &Arc<Pool>) -> io::Result<()> {
    stream.write_all(b"ready\n")?;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        match line.strip_prefix("nested ") {
            Some(word) => writeln!(stream, "{}", capitals(word.to_owned(), pool))?,
            None if line == "panic" => panic!("the client has asked for it"),
            None => writeln!(stream, "{line}")?,
        }
    }
    Ok(())
}

/// A job of the same pool.
fn capitals(word: String, pool: &Arc<Pool>) -> String {
    let (sender, result) = mpsc::channel();
    pool.submit(Box::new(move || drop(sender.send(word.to_uppercase()))));
    result.recv().unwrap_or_default()
}
