//! caught by: thousand
//! says: ten requests, sent at once
//! deadline: 3
//! The mistake: what one read gives is taken for one request. What follows its newline is lost.

use std::collections::HashMap;
use std::io::{self, Read, Write};
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
    let mut buffer = [0; 4096];
    loop {
        let count = user.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&buffer[..count]);
        let line = text.lines().next().unwrap_or_default();
        let reply = match dict.lock() {
            Ok(mut dict) => answer(line, &mut dict),
            Err(_) => return Err(io::Error::other("another thread has panicked")),
        };
        user.write_all(format!("{reply}\n").as_bytes())?;
    }
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
