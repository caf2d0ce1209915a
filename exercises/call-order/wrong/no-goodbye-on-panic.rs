//! caught by: panic
//! says: `shutdown_request` is missing
//! deadline: 3
//! The mistake: whoever panicked is dropped, and the end of the chain with it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What every server has, of whatever transport.
struct Base {
    addr: String,
    refuse: bool,
}

impl Base {
    fn init(addr: String, refuse: bool) -> Base {
        println!("base_init");
        Base { addr, refuse }
    }
}

struct TcpServer {
    base: Base,
    listener: TcpListener,
}

impl TcpServer {
    fn init(base: Base) -> io::Result<TcpServer> {
        println!("server_bind");
        // The standard library's bind is socket, bind and listen in one.
        let listener = TcpListener::bind(&base.addr)?;
        println!("server_activate");
        println!("listening on {}", listener.local_addr()?);
        Ok(TcpServer { base, listener })
    }

    fn serve_forever(&self) {
        println!("serve_forever");
        loop {
            println!("get_request");
            let Ok((stream, _)) = self.listener.accept() else { continue };
            if self.verify_request() {
                self.process_request(stream);
            } else {
                shutdown_request(stream);
            }
        }
    }

    fn verify_request(&self) -> bool {
        println!("verify_request");
        !self.base.refuse
    }

    /// A panic ends here: it has cost its own client something, and nobody else.
    fn process_request(&self, stream: TcpStream) {
        println!("process_request");
        if catch_unwind(AssertUnwindSafe(|| finish_request(&stream))).is_err() {
            println!("handle_error");
            return;
        }
        shutdown_request(stream);
    }
}

fn finish_request(stream: &TcpStream) {
    println!("finish_request");
    let handler = Handler::setup(stream);
    // `finally` in Python. The failed write to a client that has left is nobody's affair.
    let handled = catch_unwind(AssertUnwindSafe(|| drop(handler.handle())));
    handler.finish();
    if let Err(panic) = handled {
        resume_unwind(panic);
    }
}

fn shutdown_request(stream: TcpStream) {
    println!("shutdown_request");
    let _ = stream.shutdown(Shutdown::Write);
    println!("close_request");
}

struct Handler<'a>(&'a TcpStream);

impl Handler<'_> {
    fn setup(stream: &TcpStream) -> Handler<'_> {
        println!("setup");
        Handler(stream)
    }

    fn handle(&self) -> io::Result<()> {
        println!("handle");
        let mut line = String::new();
        BufReader::new(self.0).read_line(&mut line)?;
        match line.trim_end() {
            "panic" => panic!("the client has asked for it"),
            word => writeln!(&mut &*self.0, "hello {word}"),
        }
    }

    fn finish(&self) {
        println!("finish");
    }
}

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let refuse = std::env::args().any(|word| word == "--refuse");
    let base = Base::init(addr.unwrap_or("127.0.0.1:8009".into()), refuse);
    TcpServer::init(base)?.serve_forever();
    Ok(())
}
