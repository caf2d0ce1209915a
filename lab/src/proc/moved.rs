//! How many bytes a process has moved: what tells work from a busy loop.

use std::fs;

use super::diag;
use super::sockets::{Socket, SocketState, sockets};

/// The bytes that the process has read and written so far: through files and pipes, and on the TCP connections that it has
/// open now. What has arrived and was not read is not counted.
///
/// For the difference of two looks. Datagrams and Unix sockets are counted only where the process uses read and write.
#[must_use]
pub fn moved(pid: u32) -> u64 {
    let io = fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
    let field = |line: &str| {
        let value = line.strip_prefix("rchar: ").or_else(|| line.strip_prefix("wchar: "))?;
        value.parse::<u64>().ok()
    };
    let by_files: u64 = io.lines().filter_map(field).sum();
    let connections = sockets(pid).unwrap_or_default();
    let connections = connections.iter().filter(|socket| socket.state != SocketState::Listen);
    by_files + connections.filter_map(on_connection).sum::<u64>()
}

fn on_connection(socket: &Socket) -> Option<u64> {
    let (sent, received) = diag::bytes(socket.local, socket.remote)?;
    Some(sent + received.saturating_sub(socket.unread))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};

    use super::{on_connection, sockets};

    #[test]
    fn bytes_on_connections_are_counted_when_they_are_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut server = listener.accept().unwrap().0;
        let (local, remote) = (server.local_addr().unwrap(), server.peer_addr().unwrap());
        client.write_all(&[1; 5000]).unwrap();
        let bytes = super::diag::bytes(local, remote).unwrap();
        assert_eq!(bytes.1, 5000);
        // Of this connection alone: other tests run in this process, and open and close theirs.
        let counted = || {
            let all = sockets(std::process::id()).unwrap();
            all.iter().find(|one| (one.local, one.remote) == (local, remote)).and_then(on_connection)
        };
        assert_eq!(counted(), Some(0));
        server.read_exact(&mut [0; 5000]).unwrap();
        assert_eq!(counted(), Some(5000));
    }
}
