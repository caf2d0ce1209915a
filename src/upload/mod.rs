//! Sending files, both ends: framed by lines, checked by SHA-256, never half a file.
//!
//! The protocol, any number of files a connection:
//!
//! | client | server |
//! |---|---|
//! | `name\|size\n` | `ready\n` or `error: WHY\n` |
//! | exactly `size` bytes | `ok SHA256\n` |
//!
//! - The size stands after the *last* bar, so names may hold bars, spaces and Chinese.
//! - Bytes are never searched for messages: after a header exactly `size` bytes are content, and
//!   what follows is the next header. That is the whole cure for 粘包.
//! - A name is one component of a path: nothing is ever written outside the folder.
//! - A file is written under another name and renamed at the end: whoever breaks off leaves nothing,
//!   and two uploads of one name never mix.
//!
//! [`receive_unchecked`] leaves the digest out.
//!
//! [`receive_acknowledged`] and [`send_acknowledged`] are the documents' way, kept so that its failure
//! can be seen.
//!
//! Python: the documents' FTP example, which waits for an acknowledgement instead of framing, and
//! trusts the name.

mod acknowledged;
mod header;
mod inbox;
mod pieces;
mod receive;
mod send;

pub use acknowledged::{receive_acknowledged, send_acknowledged};
pub use header::{HEADER_LIMIT, Header, Refusal};
pub use inbox::Inbox;
pub use receive::{Stored, receive, receive_unchecked};
pub use send::send;
