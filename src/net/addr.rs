//! Addresses as people write them.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::str::FromStr;

use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix};

/// The longest path of a unix socket, in bytes: `sun_path` of unix(7) less its final NUL.
const PATH_LIMIT: usize = 107;

/// Where a socket is, or where one should be.
///
/// Written `HOST:PORT`, `[v6]:PORT` or `unix:/path`. Port 0 asks the kernel for a free one.
///
/// ```
/// use netkit::net::Addr;
///
/// let addr: Addr = "[::1]:9999".parse()?;
/// assert_eq!(addr.to_string(), "[::1]:9999");
/// assert!("unix:/tmp/s".parse::<Addr>().is_ok());
/// assert!("9999".parse::<Addr>().is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Python: a tuple `(host, port)`, or a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Addr {
    /// IPv4 or IPv6.
    Inet(SocketAddr),
    /// A path in the file system.
    Unix(PathBuf),
    /// A name in Linux's abstract namespace, which is not in the file system.
    Abstract(Vec<u8>),
    /// A unix socket that nobody has given a name.
    Unnamed,
}

impl Addr {
    /// Whether a socket at this address needs the family AF_UNIX.
    pub fn is_unix(&self) -> bool {
        !matches!(self, Addr::Inet(_))
    }

    pub(super) fn family(&self) -> AddressFamily {
        match self {
            Addr::Inet(SocketAddr::V4(_)) => AddressFamily::INET,
            Addr::Inet(SocketAddr::V6(_)) => AddressFamily::INET6,
            _ => AddressFamily::UNIX,
        }
    }

    /// The form that the system calls take.
    pub(super) fn to_kernel(&self) -> io::Result<SocketAddrAny> {
        Ok(match self {
            Addr::Inet(addr) => SocketAddrAny::from(*addr),
            Addr::Unix(path) => {
                let length = path.as_os_str().as_bytes().len();
                if length > PATH_LIMIT {
                    let why =
                        format!("a unix socket's path has at most {PATH_LIMIT} bytes; this one has {length}");
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
                }
                SocketAddrUnix::new(path)?.into()
            }
            Addr::Abstract(name) => SocketAddrUnix::new_abstract_name(name)?.into(),
            Addr::Unnamed => SocketAddrUnix::new_unnamed().into(),
        })
    }

    pub(super) fn from_kernel(addr: Option<SocketAddrAny>) -> io::Result<Self> {
        let Some(addr) = addr else {
            return Ok(Addr::Unnamed);
        };
        if addr.address_family() != AddressFamily::UNIX {
            return Ok(Addr::Inet(SocketAddr::try_from(addr)?));
        }
        let unix = SocketAddrUnix::try_from(addr)?;
        Ok(match (unix.path_bytes(), unix.abstract_name()) {
            (Some(path), _) => Addr::Unix(PathBuf::from(std::ffi::OsStr::from_bytes(path))),
            (None, Some(name)) => Addr::Abstract(name.to_vec()),
            (None, None) => Addr::Unnamed,
        })
    }
}

impl FromStr for Addr {
    type Err = io::Error;

    fn from_str(text: &str) -> io::Result<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            if path.is_empty() {
                return Err(malformed(text));
            }
            let addr = Addr::Unix(PathBuf::from(path));
            addr.to_kernel()?;
            return Ok(addr);
        }
        if !text.contains(':') {
            return Err(malformed(text));
        }
        let found = text.to_socket_addrs().map_err(|_| not_found(text))?.next();
        found.map(Addr::Inet).ok_or_else(|| not_found(text))
    }
}

/// Why `text` leads to no address: it is not written like one, or nobody has that name.
fn not_found(text: &str) -> io::Error {
    match text.rsplit_once(':') {
        // A name has no such characters: `[::1` and `http://host` are slips of another kind.
        Some((name, port))
            if port.parse::<u16>().is_ok() && !name.is_empty() && !name.contains([':', '[', ']', '/']) =>
        {
            let why =
                format!("no host is known by the name '{name}': check it, or write its address as numbers");
            io::Error::new(io::ErrorKind::InvalidInput, why)
        }
        _ => malformed(text),
    }
}

fn malformed(text: &str) -> io::Error {
    let why = format!(
        "'{text}' is no address: write HOST:PORT, [::1]:PORT or unix:/path, with a port from 0 to 65535"
    );
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

impl From<SocketAddr> for Addr {
    fn from(addr: SocketAddr) -> Self {
        Addr::Inet(addr)
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Addr::Inet(addr) => write!(f, "{addr}"),
            Addr::Unix(path) => write!(f, "unix:{}", path.display()),
            Addr::Abstract(name) => write!(f, "unix:@{}", crate::framing::printable(name)),
            Addr::Unnamed => f.write_str("unix:(unnamed)"),
        }
    }
}
