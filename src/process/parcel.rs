//! Values into bytes and back, with the descriptors that belong to them.
//!
//! A descriptor cannot be written as bytes: its number means something else in another process. So
//! a value that holds one puts it aside while it is serialised, and writes its place in that list;
//! the list travels beside the bytes (SCM_RIGHTS of unix(7)).

use std::cell::RefCell;
use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread::LocalKey;

use postcard::ser_flavors::Flavor;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// More descriptors than this do not travel with one message (`SCM_MAX_FD` of unix(7)).
pub const DESCRIPTOR_LIMIT: usize = 253;

/// A descriptor as an ordinary argument or result of a task: it arrives as a copy, as by dup(2).
///
/// - Both copies are the same open file, socket or pipe; each is closed by its owner.
/// - It can be serialised only on its way to another process: anything else is an error.
///
/// Python: `multiprocessing.reduction.DupFd`.
#[derive(Debug)]
pub struct Descriptor(pub OwnedFd);

impl AsFd for Descriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Serialize for Descriptor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        put_aside(self.0.as_fd()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Descriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let place = u32::deserialize(deserializer)?;
        take_back(place).map(Descriptor).map_err(D::Error::custom)
    }
}

/// Why a value could not be made into bytes, or the reverse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unpackable(pub String);

impl fmt::Display for Unpackable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unpackable {}

thread_local! {
    // What this thread is packing and unpacking right now; `None` while it does neither. serde has
    // no place for such a companion, and a call of it never leaves its thread.
    static LEAVING: RefCell<Option<Vec<OwnedFd>>> = const { RefCell::new(None) };
    static ARRIVING: RefCell<Option<Vec<Option<OwnedFd>>>> = const { RefCell::new(None) };
}

/// What a thread is packing or unpacking.
type Place<T> = LocalKey<RefCell<Option<Vec<T>>>>;

/// Puts back what was in a place before, also when what is packed, or the input that it comes from,
/// panics.
struct Restore<T: 'static> {
    place: &'static Place<T>,
    before: Option<Vec<T>>,
}

impl<T> Restore<T> {
    fn after(place: &'static Place<T>, now: Vec<T>) -> Self {
        Restore { place, before: place.replace(Some(now)) }
    }
}

impl<T> Drop for Restore<T> {
    fn drop(&mut self) {
        self.place.set(self.before.take());
    }
}

/// Runs `work`, in which values may be packed, and returns the descriptors that they put aside.
pub(crate) fn gathering<R>(work: impl FnOnce() -> R) -> (R, Vec<OwnedFd>) {
    let _restore = Restore::after(&LEAVING, Vec::new());
    let result = work();
    (result, LEAVING.take().unwrap_or_default())
}

/// Runs `work`, in which values may be unpacked that need these descriptors.
pub(crate) fn handing_out<R>(descriptors: Vec<OwnedFd>, work: impl FnOnce() -> R) -> R {
    // Those that nobody took are closed when it ends.
    let _restore = Restore::after(&ARRIVING, descriptors.into_iter().map(Some).collect());
    work()
}

/// Appends the bytes of `value`. Its descriptors need a [`gathering`] around.
pub(crate) fn append<T: Serialize + ?Sized>(value: &T, bytes: &mut Vec<u8>) -> Result<(), Unpackable> {
    let before = bytes.len();
    postcard::serialize_with_flavor(value, Appender(bytes)).map_err(|error| {
        bytes.truncate(before);
        Unpackable(match error {
            // postcard keeps no message of its own for a value that refuses.
            postcard::Error::SerdeSerCustom => "the value refused to be serialised".to_string(),
            other => other.to_string(),
        })
    })
}

/// Takes a value from the front of `bytes`. Its descriptors need a [`handing_out`] around.
pub(crate) fn take<T: DeserializeOwned>(bytes: &mut &[u8]) -> Result<T, Unpackable> {
    let (value, rest) = postcard::take_from_bytes(bytes).map_err(|error| Unpackable(error.to_string()))?;
    *bytes = rest;
    Ok(value)
}

/// A whole value as bytes and descriptors.
pub(crate) fn pack<T: Serialize + ?Sized>(value: &T) -> Result<(Vec<u8>, Vec<OwnedFd>), Unpackable> {
    let mut bytes = Vec::new();
    let (result, descriptors) = gathering(|| append(value, &mut bytes));
    result?;
    match descriptors.len() {
        0..=DESCRIPTOR_LIMIT => Ok((bytes, descriptors)),
        many => Err(Unpackable(format!("{many} descriptors in one value; {DESCRIPTOR_LIMIT} can travel"))),
    }
}

/// The value again.
pub(crate) fn unpack<T: DeserializeOwned>(
    mut bytes: &[u8],
    descriptors: Vec<OwnedFd>,
) -> Result<T, Unpackable> {
    handing_out(descriptors, || take(&mut bytes))
}

/// Puts a copy of a descriptor aside, to travel with the value that is being packed.
pub(super) fn put_aside(descriptor: BorrowedFd<'_>) -> Result<u32, String> {
    LEAVING.with_borrow_mut(|leaving| match leaving {
        None => Err("a descriptor can only be an argument or a result of a task".to_string()),
        Some(list) => {
            list.push(descriptor.try_clone_to_owned().map_err(|error| error.to_string())?);
            Ok(list.len() as u32 - 1)
        }
    })
}

/// Takes the descriptor that came with the value that is being unpacked.
pub(super) fn take_back(place: u32) -> Result<OwnedFd, String> {
    ARRIVING.with_borrow_mut(|arriving| {
        let place = arriving.as_mut().and_then(|list| list.get_mut(place as usize));
        place.and_then(Option::take).ok_or_else(|| "its descriptor did not come with it".to_string())
    })
}

/// Where postcard writes to: the end of a vector.
struct Appender<'a>(&'a mut Vec<u8>);

impl Flavor for Appender<'_> {
    type Output = ();

    #[inline]
    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(data);
        Ok(())
    }

    #[inline]
    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.push(data);
        Ok(())
    }

    #[inline]
    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
