//! Addresses, unix paths, datagrams and the accept queue: what `netkit::net` and `netkit::sys`
//! promise beyond Python's `socket`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::io::ErrorKind;

use netkit::net::{Addr, Connect, Kind, Listen, Listener, Socket, connect};
use netkit::sys::{accept_queue, recv_many};
use netkit::trace::Trace;
use rstest::rstest;

fn any() -> Addr {
    "127.0.0.1:0".parse().unwrap()
}

fn datagram() -> (Socket, Addr) {
    let mut socket = Socket::new(&any(), Kind::Datagram, &Trace::off()).unwrap();
    socket.bind(&any()).unwrap();
    let addr = socket.local_addr().unwrap();
    (socket, addr)
}

mod addresses {
    use super::*;

    #[rstest]
    #[case("127.0.0.1:9999")]
    #[case("[::1]:0")]
    #[case("unix:/tmp/socket")]
    fn are_shown_as_they_are_written(#[case] text: &str) {
        assert_eq!(text.parse::<Addr>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case("9999")]
    #[case("127.0.0.1")]
    #[case("127.0.0.1:65536")]
    #[case("127.0.0.1:-1")]
    #[case("::1:99999")]
    #[case("unix:")]
    #[case(":80")]
    #[case("http://localhost:80")]
    fn that_are_wrong_say_what_to_write(#[case] text: &str) {
        let error = text.parse::<Addr>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("HOST:PORT"), "{error}");
    }

    /// A name with two dots in a row: no resolver is asked for it, and none can know it.
    #[test]
    fn of_nobody_say_that_the_name_is_not_known() {
        let error = "no..such:80".parse::<Addr>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with("no host is known by the name 'no..such'"), "{error}");
    }

    #[test]
    fn a_unix_path_has_at_most_107_bytes() {
        assert!(format!("unix:/{}", "x".repeat(106)).parse::<Addr>().is_ok());
        let error = format!("unix:/{}", "x".repeat(107)).parse::<Addr>().unwrap_err();
        assert!(error.to_string().contains("107"), "{error}");
    }
}

mod datagrams {
    use super::*;

    #[test]
    fn tell_their_true_size_and_their_sender() {
        let (receiver, to) = datagram();
        let (sender, from) = datagram();
        sender.send_to(&[1; 2000], &to).unwrap();
        let cut = receiver.recv_from(&mut [0; 1024]).unwrap().unwrap();
        assert_eq!((cut.bytes, cut.size, cut.from), (1024, 2000, from));
    }

    #[test]
    fn of_no_bytes_are_messages() {
        let (receiver, to) = datagram();
        let (sender, _) = datagram();
        sender.send_to(b"", &to).unwrap();
        sender.send_to(b"next", &to).unwrap();
        assert_eq!(receiver.recv_from(&mut [0; 8]).unwrap().unwrap().size, 0);
        assert_eq!(receiver.recv_from(&mut [0; 8]).unwrap().unwrap().size, 4);
    }

    #[test]
    fn come_many_at_once() {
        let (receiver, to) = datagram();
        let (sender, _) = datagram();
        for text in ["one", "a longer one", ""] {
            sender.send_to(text.as_bytes(), &to).unwrap();
        }
        let mut buffers = vec![vec![0; 8]; 8];
        let received = recv_many(&receiver, &mut buffers).unwrap();
        let seen: Vec<(usize, bool)> = received.iter().map(|one| (one.bytes, one.truncated)).collect();
        assert_eq!(seen, [(3, false), (8, true), (0, false)]);
        assert_eq!(&buffers[1], b"a longer");
    }
}

mod unix_paths {
    use super::*;

    #[rstest]
    #[case(Kind::Stream)]
    #[case(Kind::Datagram)]
    fn go_with_their_socket(#[case] kind: Kind) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let addr = Addr::Unix(path.clone());
        let mut socket = Socket::new(&addr, kind, &Trace::off()).unwrap();
        socket.bind_fresh(&addr).unwrap();
        assert!(path.exists());
        let mut second = Socket::new(&addr, kind, &Trace::off()).unwrap();
        let in_use = second.bind(&addr).unwrap_err();
        assert_eq!(in_use.kind(), ErrorKind::AddrInUse);
        drop(second);
        assert!(path.exists(), "only its maker removes it");
        drop(socket);
        assert!(!path.exists());
    }

    #[test]
    fn of_a_dead_server_are_replaced_and_of_a_live_one_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let addr = Addr::Unix(folder.path().join("socket"));
        // A server that was killed leaves its file: std does not remove it either.
        drop(std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap());
        let alive = Listener::bind(&addr, &Listen::default()).unwrap();
        let error = Listener::bind(&addr, &Listen::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        drop(alive);
        assert!(Listener::bind(&addr, &Listen::default()).is_ok());
    }

    #[test]
    fn that_are_regular_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("precious");
        std::fs::write(&path, "data").unwrap();
        let error = Listener::bind(&Addr::Unix(path.clone()), &Listen::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "data");
    }

    #[test]
    fn that_somebody_else_took_are_left_to_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let first = Listener::bind(&Addr::Unix(path.clone()), &Listen::default()).unwrap();
        std::fs::remove_file(&path).unwrap();
        let _second = std::os::unix::net::UnixListener::bind(&path).unwrap();
        drop(first);
        assert!(path.exists());
    }
}

#[test]
fn the_accept_queue_is_counted() {
    let listener = Listener::bind(&any(), &Listen::default()).unwrap();
    let before = accept_queue(&listener).unwrap();
    let _clients: Vec<Socket> =
        (0..3).map(|_| connect(listener.addr(), &Connect::default()).unwrap()).collect();
    let after = accept_queue(&listener).unwrap();
    assert_eq!((before.waiting, after.waiting, after.limit), (0, 3, 128));
    assert!(accept_queue(datagram().0).is_err());
}
