//! Where the sources are kept: numbered places, used again, each with a generation.

use std::io;

use super::{Interest, Token};

/// A list whose places keep their numbers.
pub(super) struct Slots<S> {
    places: Vec<Place<S>>,
    free: Vec<u32>,
}

struct Place<S> {
    generation: u32,
    content: Option<(S, Interest)>,
}

impl<S> Slots<S> {
    pub(super) fn new() -> Self {
        Slots { places: Vec::new(), free: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// The token that [`fill`](Slots::fill) will use next.
    pub(super) fn next_token(&self) -> Token {
        match self.free.last() {
            Some(&index) => Token { index, generation: self.places[index as usize].generation },
            None => Token { index: self.places.len() as u32, generation: 0 },
        }
    }

    /// Puts a source into the place that `next_token` named.
    pub(super) fn fill(&mut self, source: S, interest: Interest) -> Token {
        let token = self.next_token();
        let content = Some((source, interest));
        match self.free.pop() {
            Some(index) => self.places[index as usize].content = content,
            None => self.places.push(Place { generation: token.generation, content }),
        }
        token
    }

    /// Takes a source out; its token means nothing from now on.
    pub(super) fn empty(&mut self, token: Token) -> io::Result<S> {
        let place =
            self.places.get_mut(token.index as usize).filter(|place| place.generation == token.generation);
        let (source, _) = place.and_then(|place| place.content.take()).ok_or_else(unknown)?;
        let place = &mut self.places[token.index as usize];
        // Comes round after 4 billion sources in one place; a token is not kept that long.
        place.generation = place.generation.wrapping_add(1);
        self.free.push(token.index);
        Ok(source)
    }

    pub(super) fn get(&self, token: Token) -> io::Result<&(S, Interest)> {
        let place =
            self.places.get(token.index as usize).filter(|place| place.generation == token.generation);
        place.and_then(|place| place.content.as_ref()).ok_or_else(unknown)
    }

    pub(super) fn get_mut(&mut self, token: Token) -> io::Result<&mut (S, Interest)> {
        let place =
            self.places.get_mut(token.index as usize).filter(|place| place.generation == token.generation);
        place.and_then(|place| place.content.as_mut()).ok_or_else(unknown)
    }

    /// Every token in use.
    pub(super) fn tokens(&self) -> impl Iterator<Item = Token> {
        let numbered = (0u32..).zip(&self.places);
        numbered
            .filter(|(_, place)| place.content.is_some())
            .map(|(index, place)| Token { index, generation: place.generation })
    }
}

/// The one meaning of `NotFound` here.
fn unknown() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the selector has no source with this token")
}
