//! bounded: at most k at once. The task is in README.md; `cargo lab check bounded` looks at it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::{env, thread};

type Job = Box<dyn FnOnce() + Send>;

struct Pool {
    free: Mutex<usize>,
    changed: Condvar,
}

impl Pool {
    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `job` in a thread of its own.
    fn submit(self: &Arc<Self>, job: Job) {
        // TODO: this waits for a place. Who should be told that there is none, and who must never wait here?
        let mut free = self.free();
        while *free == 0 {
            free = self.changed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        let pool = Arc::clone(self);
        let _ = thread::Builder::new().spawn(move || {
            job();
            // TODO: does the program come here after a panic in the job? A value with Drop would.
            *pool.free() += 1;
            pool.changed.notify_one();
        });
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
        let jobs = Arc::clone(&pool);
        // TODO: a client for whom there is no place reads `busy`.
        pool.submit(Box::new(move || drop(serve(&stream, &jobs))));
    }
}

fn serve(mut stream: &TcpStream, pool: &Arc<Pool>) -> io::Result<()> {
    // `&TcpStream` can be read and written too: the socket itself does not change.
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
