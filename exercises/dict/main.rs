//! dict: a dictionary for many processes. The task is in README.md; `cargo lab check dict` looks at it.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:9999"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((user, _)) = listener.accept() else { continue };
        // TODO: this dictionary is this connection's own, and the next connection has to wait.
        let mut dict = HashMap::new();
        let _ = serve(&user, &mut dict);
    }
}

/// One connection: a line in, a line out.
fn serve(mut user: &TcpStream, dict: &mut HashMap<String, String>) -> io::Result<()> {
    // `&TcpStream` can be read and written too: the socket itself does not change.
    for line in BufReader::new(user).lines() {
        let reply = answer(&line?, dict);
        // One write for one reply.
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
