//! caught by: several-connections
//! says: one more is not served
//! deadline: 3
//! The mistake: one dictionary, and one connection at a time. A process that uses it stays connected for as long as it lives.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    let mut dict = HashMap::new();
    loop {
        let Ok((user, _)) = listener.accept() else { continue };
        let _ = serve(&user, &mut dict);
    }
}

/// One connection: a line in, a line out.
fn serve(mut user: &TcpStream, dict: &mut HashMap<String, String>) -> io::Result<()> {
    for line in BufReader::new(user).lines() {
        let reply = answer(&line?, dict);
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
