//! caught by: links
//! says: gave away
//! The mistake: the name has no `..`, so it seems to stay. But a link in the folder leads anywhere.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let argument = |name: &str| env::args().skip_while(|word| word != name).nth(1);
    let dir = fs::canonicalize(argument("--dir").unwrap_or(".".into()))?;
    let listener = TcpListener::bind(argument("--addr").as_deref().unwrap_or("127.0.0.1:8080"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        let _ = serve(stream, &dir);
    }
}

fn serve(mut stream: TcpStream, dir: &Path) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let Some(path) = find(dir, &target) else {
        let reply = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return stream.write_all(reply.as_bytes());
    };
    let mut file = File::open(&path)?;
    let length = file.metadata()?.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        content_type(&path)
    )?;
    io::copy(&mut file, &mut stream)?;
    Ok(())
}

fn find(dir: &Path, target: &str) -> Option<PathBuf> {
    let name = decode(target.strip_prefix('/')?)?;
    if name.starts_with('/') || name.split('/').any(|part| part == "..") {
        return None;
    }
    let path = dir.join(name);
    path.is_file().then_some(path)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
