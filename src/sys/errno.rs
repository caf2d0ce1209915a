//! Names of error numbers.

use std::io;

/// The name of an error as the manual pages have it: `ECONNREFUSED`.
///
/// An error without a number, or with one that sockets do not meet, is shown in words.
///
/// ```
/// use netkit::sys::error_name;
///
/// let refused = std::io::Error::from_raw_os_error(111);
/// assert_eq!(error_name(&refused), "ECONNREFUSED");
/// ```
///
/// Python: `errno.errorcode[error.errno]`.
pub fn error_name(error: &io::Error) -> String {
    let number = error.raw_os_error();
    match NAMES.iter().find(|(known, _)| Some(*known) == number) {
        Some((_, name)) => (*name).to_string(),
        None => error.to_string(),
    }
}

macro_rules! names {
    ($($name:ident)*) => { &[$((libc::$name, stringify!($name))),*] };
}

/// The errors of the calls that this library makes (errno(3)); the numbers differ between systems.
const NAMES: &[(i32, &str)] = names![
    EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF ECONNABORTED ECONNREFUSED
    ECONNRESET EDESTADDRREQ EEXIST EHOSTUNREACH EINPROGRESS EINTR EINVAL EISCONN EMFILE EMSGSIZE
    ENAMETOOLONG ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT ENOMEM ENOTCONN ENOTSOCK EOPNOTSUPP EPERM
    EPIPE EPROTONOSUPPORT EPROTOTYPE ESOCKTNOSUPPORT ESPIPE ETIMEDOUT
];
