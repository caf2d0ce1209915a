//! From a stream of bytes to messages and back (粘包: why this is needed at all).
//!
//! TCP carries bytes, not messages: two sends may arrive as one receive, and one send as many.
//! A decoder takes the bytes as they come, in any pieces, and gives whole messages back:
//!
//! - [`Lines`]: messages that end in `\n`;
//! - [`Frames`]: messages behind a length prefix;
//! - [`Messages`]: the rule of lesson 4's bot, which accepts lines and bare chunks.
//!
//! All three keep the same contract:
//!
//! - however the bytes are cut or glued, the same messages come out (a property test holds this);
//! - "not complete yet" is a value (`None`), never an error;
//! - a peer can never make a decoder keep more than its limit.
//!
//! [`printable`] is the way back to a screen: any bytes, shown without harm.
//!
//! Python: nothing in the standard library does this; everyone writes it by hand.

mod frames;
mod lines;
mod messages;
mod printable;

pub use frames::{FrameError, Frames};
pub use lines::{Line, Lines};
pub use messages::{Message, Messages};
pub use printable::printable;
