//! A small generator of numbers that look random and repeat with their seed.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Draws the inputs of a check, so that answers cannot be hard-coded and a failure can be repeated with `--seed`.
///
/// SplitMix64: three lines, good enough for test data, and the same on every machine.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator that gives the same numbers whenever `seed` is the same.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A seed that nobody chose. Short, because people type it.
    #[must_use]
    pub fn fresh_seed() -> u64 {
        RandomState::new().build_hasher().finish() % 1_000_000
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` up to and including `high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + (self.next_number() % (high - low + 1) as u64) as usize
    }

    /// A word of `length` small letters.
    pub fn word(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(b'a' + (self.next_number() % 26) as u8)).collect()
    }

    /// `length` bytes of any value.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next_number() as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_seed_gives_the_same_inputs() {
        let (mut one, mut two) = (Random::new(7), Random::new(7));
        assert_eq!(one.word(20), two.word(20));
        assert_eq!(one.bytes(20), two.bytes(20));
        assert_ne!(one.word(20), Random::new(8).word(20));
    }
}
