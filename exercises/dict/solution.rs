//! dict, solved: one dictionary under a lock, and a thread for each connection.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    let dict = Arc::new(Mutex::new(HashMap::new()));
    loop {
        let Ok((user, _)) = listener.accept() else { continue };
        let dict = Arc::clone(&dict);
        let _ = thread::Builder::new().spawn(move || serve(&user, &dict));
    }
}

/// One connection: a line in, a line out.
fn serve(mut user: &TcpStream, dict: &Mutex<HashMap<String, String>>) -> io::Result<()> {
    for line in BufReader::new(user).lines() {
        let line = line?;
        // Locked for the one request only: not while we wait for the next one, and not while we write.
        let reply = match dict.lock() {
            Ok(mut dict) => answer(&line, &mut dict),
            Err(_) => return Err(io::Error::other("another thread has panicked")),
        };
        user.write_all(format!("{reply}\n").as_bytes())?;
    }
    Ok(())
}

/// What one request does, and its reply.
fn answer(request: &str, dict: &mut HashMap<String, String>) -> String {
    // Not more than three parts: what follows the key is the value, with all its blanks.
    match request.splitn(3, ' ').collect::<Vec<_>>()[..] {
        ["set", key, value] => {
            dict.insert(key.to_owned(), value.to_owned());
            "ok".to_owned()
        }
        ["get", key] => dict.get(key).map_or("none".to_owned(), |value| format!("value {value}")),
        _ => "error".to_owned(),
    }
}
