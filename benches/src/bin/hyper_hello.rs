//! The web hello on hyper: HTTP/1 in one thread of tokio, as its documentation has it.

use std::convert::Infallible;
use std::io;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(benches::addr_argument()?).await?;
        benches::ready(listener.local_addr()?)?;
        loop {
            // An error of accept is a client that has gone again.
            let Ok((client, _)) = listener.accept().await else { continue };
            tokio::spawn(async move {
                // A client's error is that client's.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(client), service_fn(hello)).await;
            });
        }
    })
}

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"Hello, World")));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}
