//! The network as an adversary: the same bytes, cut in every way it may cut them.
//!
//! TCP keeps bytes and their order, and nothing else: two sends may arrive as one receive, and one send as many. A program
//! that is right for one way of cutting and wrong for another works on the author's machine only.

use crate::bytes::show;
use crate::{Failure, Random};

mod udp;

pub use udp::LossyProxy;

/// As many single cuts and random ones are tried at the most when everything seems right.
const TRIES: usize = 12;

/// Offers `bytes` to `attempt` whole, byte by byte, and cut in other ways, and says which is the *smallest* cut that it
/// does not survive: "passes whole, fails when cut after byte 17".
///
/// - `attempt` sends the pieces one after the other, each after the one before was read
///   ([`Peer::send_pieces`](crate::Peer::send_pieces)), on a connection of its own.
/// - Cuts inside a character and between `\r` and `\n` are always among those that are tried.
///
/// # Errors
/// The failure of the attempt with the fewest cuts, and where they were.
pub fn in_every_split(
    bytes: &[u8],
    random: &mut Random,
    mut attempt: impl FnMut(&[&[u8]]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    attempt(&[bytes]).map_err(|failure| failure.when("everything in one piece"))?;
    let everywhere: Vec<usize> = (1..bytes.len()).collect();
    let mut failing = attempt(&pieces(bytes, &everywhere)).err().map(|failure| (everywhere.clone(), failure));
    if failing.is_none() {
        for cuts in likely(bytes, random) {
            if let Err(failure) = attempt(&pieces(bytes, &cuts)) {
                failing = Some((cuts, failure));
                break;
            }
        }
    }
    let Some((cuts, failure)) = failing else { return Ok(()) };
    // One cut says most. Otherwise as few as still make it fail.
    for &cut in &cuts {
        if let Err(failure) = attempt(&pieces(bytes, &[cut])) {
            return Err(
                failure.when(format!("passes whole, fails when cut after byte {cut}{}", place(bytes, cut)))
            );
        }
    }
    let (cuts, failure) = fewer(bytes, cuts, failure, &mut attempt);
    let all =
        if cuts.len() == everywhere.len() { " (each byte alone)".to_owned() } else { format!("s {cuts:?}") };
    Err(failure.when(format!("passes whole and with any one cut, fails when cut after the byte{all}")))
}

/// Leaves out cuts, half of them first, as long as it still fails.
fn fewer(
    bytes: &[u8],
    mut cuts: Vec<usize>,
    mut failure: Failure,
    attempt: &mut impl FnMut(&[&[u8]]) -> Result<(), Failure>,
) -> (Vec<usize>, Failure) {
    let mut size = cuts.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < cuts.len() && cuts.len() > size {
            let mut without = cuts.clone();
            without.drain(at..(at + size).min(cuts.len()));
            match attempt(&pieces(bytes, &without)) {
                Err(still) => (cuts, failure) = (without, still),
                Ok(()) => at += size,
            }
        }
        size /= 2;
    }
    (cuts, failure)
}

/// Single cuts where programs fail most, and some at random; and some with several cuts.
fn likely(bytes: &[u8], random: &mut Random) -> Vec<Vec<usize>> {
    if bytes.len() < 2 {
        return Vec::new();
    }
    let inside = (1..bytes.len()).filter(|&cut| !place(bytes, cut).is_empty()).take(TRIES);
    let mut found: Vec<Vec<usize>> = inside.map(|cut| vec![cut]).collect();
    for number in 0..TRIES {
        let mut cuts: Vec<usize> = (0..=number % 3).map(|_| random.between(1, bytes.len() - 1)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        found.push(cuts);
    }
    found
}

/// The pieces between the cuts.
fn pieces<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let ends = cuts.iter().copied().chain([bytes.len()]);
    ends.scan(0, |begin, end| {
        let piece = &bytes[*begin..end];
        *begin = end;
        Some(piece)
    })
    .collect()
}

/// What is special about a cut here, in words.
fn place(bytes: &[u8], cut: usize) -> String {
    let (before, after) = bytes.split_at(cut);
    if before.ends_with(b"\r") && after.starts_with(b"\n") {
        return ", between \\r and \\n".to_owned();
    }
    // A byte 10…… continues a character of UTF-8.
    if after.first().is_some_and(|byte| byte & 0xc0 == 0x80) {
        let begin = before.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
        let end = after.iter().position(|byte| byte & 0xc0 != 0x80).map_or(bytes.len(), |more| cut + more);
        if std::str::from_utf8(&bytes[begin..end]).is_ok() {
            return format!(", inside {}", show(&bytes[begin..end]));
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::in_every_split;
    use crate::{Failure, Random};

    /// What `in_every_split` says of a program that fails when `wrong` is true of the pieces.
    fn said(bytes: &str, wrong: impl Fn(&[&[u8]]) -> bool) -> String {
        let attempt = |pieces: &[&[u8]]| if wrong(pieces) { Err(Failure::new("wrong")) } else { Ok(()) };
        match in_every_split(bytes.as_bytes(), &mut Random::new(1), attempt) {
            Ok(()) => "right".to_owned(),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn the_smallest_failing_split_is_named() {
        assert_eq!(said("0\nexit\n", |_| false), "right");
        assert_eq!(said("0\nexit\n", |pieces| pieces.len() == 1), "everything in one piece: wrong");
        assert_eq!(
            said("0\nexit\n", |pieces| pieces.iter().any(|piece| piece.ends_with(b"ex"))),
            "passes whole, fails when cut after byte 4: wrong"
        );
        assert_eq!(
            said("a\r\n", |pieces| pieces.iter().any(|piece| piece.ends_with(b"\r"))),
            "passes whole, fails when cut after byte 2, between \\r and \\n: wrong"
        );
        assert_eq!(
            said("x你", |pieces| pieces.iter().any(|piece| std::str::from_utf8(piece).is_err())),
            "passes whole, fails when cut after byte 2, inside \"你\" (3 bytes): wrong"
        );
        assert_eq!(
            said("abcdefgh", |pieces| pieces.contains(&b"d".as_slice())),
            "passes whole and with any one cut, fails when cut after the bytes [3, 4]: wrong"
        );
    }

    #[test]
    fn coalesced_bytes_are_tried_too() {
        // Right byte by byte, wrong when two things come at once.
        assert_eq!(
            said("1\n2\n", |pieces| pieces.iter().any(|piece| piece.ends_with(b"2"))),
            "passes whole, fails when cut after byte 3: wrong"
        );
    }
}
