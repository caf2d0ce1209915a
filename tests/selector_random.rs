//! `netkit::selector` after any additions, changes and removals: it reports what a model says.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test")]

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use netkit::selector::{Interest, Mechanism, Selector, Token};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use rstest::rstest;

/// The most sources at once. Each costs two descriptors, and select takes only low ones.
const SOURCES: usize = 20;

/// One thing to do; an [`Index`] chooses among the sources of that moment.
#[derive(Debug, Clone)]
enum Step {
    Add(Watched),
    Change(Index, Watched),
    Remove(Index),
    /// The peer sends a byte.
    Feed(Index),
    /// All that has come is received.
    Drain(Index),
    /// Sends until no more fits.
    Fill(Index),
    /// The peer receives everything.
    Unfill(Index),
    Wake,
}

/// For reading, for writing.
type Watched = (bool, bool);

fn step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    prop_oneof![
        6 => any::<Watched>().prop_map(Step::Add),
        3 => (index(), any::<Watched>()).prop_map(|(at, watched)| Step::Change(at, watched)),
        4 => index().prop_map(Step::Remove),
        4 => index().prop_map(Step::Feed),
        2 => index().prop_map(Step::Drain),
        2 => index().prop_map(Step::Fill),
        1 => index().prop_map(Step::Unfill),
        1 => Just(Step::Wake),
    ]
}

fn interest((read, write): Watched) -> Interest {
    let chosen = |wanted, interest| if wanted { interest } else { Interest::NONE };
    chosen(read, Interest::READ) | chosen(write, Interest::WRITE)
}

/// What the model knows of a source.
struct Known {
    token: Token,
    watched: Watched,
    has_data: bool,
    has_room: bool,
    peer: UnixStream,
}

fn drain(mut stream: &UnixStream) {
    while matches!(stream.read(&mut [0; 65_536]), Ok(1..)) {}
}

/// A selector and its model.
struct Both {
    selector: Selector<UnixStream>,
    model: Vec<Known>,
    removed: Vec<Token>,
}

impl Both {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Add(watched) if self.model.len() < SOURCES => {
                let (source, peer) = UnixStream::pair().unwrap();
                source.set_nonblocking(true).unwrap();
                peer.set_nonblocking(true).unwrap();
                let token = self.selector.add(source, interest(*watched)).unwrap();
                let known = Known { token, watched: *watched, has_data: false, has_room: true, peer };
                self.model.push(known);
            }
            Step::Add(_) => {}
            Step::Wake => self.selector.waker().wake(),
            _ if self.model.is_empty() => {}
            Step::Remove(at) => {
                let known = self.model.swap_remove(at.index(self.model.len()));
                let source = self.selector.remove(known.token).unwrap();
                assert_eq!((&source).write(b"!").is_ok(), known.has_room, "that very source");
                self.removed.push(known.token);
            }
            Step::Change(at, watched) => {
                let known = at.get_mut(&mut self.model);
                known.watched = *watched;
                self.selector.set_interest(known.token, interest(*watched)).unwrap();
            }
            Step::Feed(at) => {
                let known = at.get_mut(&mut self.model);
                known.peer.write_all(b"x").unwrap();
                known.has_data = true;
            }
            Step::Drain(at) => {
                let known = at.get_mut(&mut self.model);
                drain(self.selector.get(known.token).unwrap());
                known.has_data = false;
            }
            Step::Fill(at) => {
                let known = at.get_mut(&mut self.model);
                let mut source = self.selector.get(known.token).unwrap();
                while source.write(&[0; 65_536]).is_ok() {}
                known.has_room = false;
            }
            Step::Unfill(at) => {
                let known = at.get_mut(&mut self.model);
                drain(&known.peer);
                known.has_room = true;
            }
        }
    }

    fn compare(&mut self) {
        let mut expected = BTreeMap::new();
        for known in &self.model {
            let ready = (known.watched.0 && known.has_data, known.watched.1 && known.has_room);
            if ready != (false, false) {
                expected.insert(known.token, ready);
            }
        }
        let mut events = Vec::new();
        self.selector.wait(&mut events, Some(Duration::ZERO)).unwrap();
        assert_eq!(events.len(), expected.len(), "{events:?}");
        for event in events {
            assert_eq!((event.priority, event.closed), (false, false));
            assert_eq!(expected.get(&event.token), Some(&(event.readable, event.writable)));
            expected.remove(&event.token);
        }
        let mut tokens: Vec<Token> = self.model.iter().map(|known| known.token).collect();
        tokens.sort_unstable();
        let mut known = self.selector.tokens();
        known.sort_unstable();
        assert_eq!((self.selector.len(), known), (tokens.len(), tokens));
        for &token in &self.removed {
            assert_eq!(self.selector.remove(token).unwrap_err().kind(), ErrorKind::NotFound);
        }
    }
}

#[rstest]
#[case(Mechanism::Select)]
#[case(Mechanism::Poll)]
#[case(Mechanism::Epoll)]
fn any_use_reports_what_a_model_says(#[case] mechanism: Mechanism) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) };
    let checked = TestRunner::new(config).run(&vec(step(), 1..60), |steps| {
        let selector = Selector::new(mechanism).unwrap();
        let mut both = Both { selector, model: Vec::new(), removed: Vec::new() };
        for step in &steps {
            both.take(step);
            both.compare();
        }
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}
