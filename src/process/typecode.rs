//! The types that can be shared: Python's thirteen type codes.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::atomic::{
    AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
};

use super::memory::Cell;

/// A type that [`SharedValue`](super::SharedValue) and [`SharedArray`](super::SharedArray) can hold.
///
/// | code | C | Rust | bytes |
/// |---|---|---|---|
/// | `c` | `char` | [`Char`] | 1 |
/// | `b` `B` | `signed char`, `unsigned char` | `i8` `u8` | 1 |
/// | `h` `H` | `short` | `i16` `u16` | 2 |
/// | `i` `I` | `int` | `i32` `u32` | 4 |
/// | `l` `L` | `long` (of 64-bit Linux) | `i64` `u64` | 8 |
/// | `q` `Q` | `long long` | `i64` `u64` | 8 |
/// | `f` `d` | `float`, `double` | `f32` `f64` | 4, 8 |
///
/// Each is changed as a whole: nobody ever sees half a value.
///
/// Python: the first argument of `multiprocessing.Value` and `Array`.
pub trait Typecode: Stored {
    /// Its letter in Python. `l` and `q` are the same type here; it says `q`.
    const CODE: char;
}

/// A type to add with. All but [`Char`].
pub trait Number: Typecode {
    /// The sum; `None` when it does not fit.
    fn sum(self, other: Self) -> Option<Self>;
}

/// A type that can wrap around: the integers.
pub trait Integer: Number {
    /// The sum modulo 2 to the number of bits.
    fn wrapping_sum(self, other: Self) -> Self;
}

/// One row of [`TYPECODES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypecodeRow {
    /// Python's letter.
    pub code: char,
    /// The type in C.
    pub c: &'static str,
    /// The type here.
    pub rust: &'static str,
    /// Bytes.
    pub bytes: usize,
}

macro_rules! rows {
    ($($code:literal $c:literal $rust:ident;)*) => {
        [$(TypecodeRow { code: $code, c: $c, rust: stringify!($rust), bytes: size_of::<$rust>() }),*]
    };
}

/// The thirteen codes, to be shown.
pub const TYPECODES: [TypecodeRow; 13] = rows! {
    'c' "char" Char;
    'b' "signed char" i8;
    'B' "unsigned char" u8;
    'h' "short" i16;
    'H' "unsigned short" u16;
    'i' "int" i32;
    'I' "unsigned int" u32;
    'l' "long" i64;
    'L' "unsigned long" u64;
    'q' "long long" i64;
    'Q' "unsigned long long" u64;
    'f' "float" f32;
    'd' "double" f64;
};

/// One byte that is a character: type code `c`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Char(pub u8);

impl fmt::Display for Char {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

pub(super) use sealed::Stored;
mod sealed {
    /// How a value lies in shared memory: nobody outside implements it.
    #[allow(private_bounds, reason = "it cannot be named outside, which is its purpose")]
    pub trait Stored:
        Copy + PartialEq + PartialOrd + std::fmt::Debug + Default + Send + Sync + 'static
    {
        /// The atomic that holds it.
        type Cell: super::Cell;
        fn load(cell: &Self::Cell) -> Self;
        fn store(cell: &Self::Cell, value: Self);
        /// Replaces the value by what `change` makes of it, and returns the old one; an error with the
        /// current one when `change` gives nothing.
        fn update(cell: &Self::Cell, change: impl FnMut(Self) -> Option<Self>) -> Result<Self, Self>;
    }
}

macro_rules! stored {
    ($type:ty, $code:literal, $cell:ty, $to:expr, $from:expr) => {
        impl Typecode for $type {
            const CODE: char = $code;
        }

        impl Stored for $type {
            type Cell = $cell;
            fn load(cell: &$cell) -> Self {
                $from(cell.load(Acquire))
            }
            fn store(cell: &$cell, value: Self) {
                cell.store($to(value), Release);
            }
            fn update(cell: &$cell, mut change: impl FnMut(Self) -> Option<Self>) -> Result<Self, Self> {
                cell.fetch_update(AcqRel, Acquire, |bits| change($from(bits)).map($to))
                    .map($from)
                    .map_err($from)
            }
        }
    };
}

macro_rules! integers {
    ($($type:ty, $code:literal, $cell:ty;)*) => { $(
        stored!($type, $code, $cell, |value| value, |bits| bits);
        impl Number for $type {
            fn sum(self, other: Self) -> Option<Self> {
                self.checked_add(other)
            }
        }
        impl Integer for $type {
            fn wrapping_sum(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
        }
    )* };
}
integers! {
    i8, 'b', AtomicI8;
    u8, 'B', AtomicU8;
    i16, 'h', AtomicI16;
    u16, 'H', AtomicU16;
    i32, 'i', AtomicI32;
    u32, 'I', AtomicU32;
    i64, 'q', AtomicI64;
    u64, 'Q', AtomicU64;
}

macro_rules! floats {
    ($($type:ty, $code:literal, $cell:ty;)*) => { $(
        stored!($type, $code, $cell, <$type>::to_bits, <$type>::from_bits);
        impl Number for $type {
            fn sum(self, other: Self) -> Option<Self> {
                Some(self + other)
            }
        }
    )* };
}
floats! {
    f32, 'f', AtomicU32;
    f64, 'd', AtomicU64;
}

stored!(Char, 'c', AtomicU8, |char: Char| char.0, Char);
