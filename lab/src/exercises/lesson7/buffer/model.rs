//! What a buffer may answer, and what it may not: a buffer of our own, which each answer is compared with.

use std::collections::{BTreeMap, VecDeque};

use crate::Failure;

/// What the threads and the buffer should be doing, judged by the answers so far.
#[derive(Debug)]
pub(super) struct Model {
    capacity: usize,
    inside: VecDeque<String>,
    /// Everything that was ever taken.
    taken: Vec<String>,
    /// Who waits; a producer with its item.
    waiting: BTreeMap<String, Option<String>>,
    is_closed: bool,
}

impl Model {
    pub(super) fn new(capacity: usize) -> Model {
        Model {
            capacity,
            inside: VecDeque::new(),
            taken: Vec::new(),
            waiting: BTreeMap::new(),
            is_closed: false,
        }
    }

    /// The names of those who wait.
    pub(super) fn waiting(&self) -> Vec<String> {
        self.waiting.keys().cloned().collect()
    }

    /// Takes in the `answer` to `command`.
    ///
    /// # Errors
    /// When a right buffer cannot have answered so.
    pub(super) fn answer(&mut self, command: &str, answer: &str) -> Result<(), Failure> {
        let words: Vec<&str> = command.split(' ').collect();
        if command == "close" {
            self.is_closed = true;
            return expect(answer == "closed", || "`close` is answered with `closed`".into());
        }
        let (order, name) = (words[0], words[1]);
        let Some(said) = answer.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')) else {
            return Err(Failure::new(format!(
                "the answer to `{command}` should begin with {name}, not be `{answer}`"
            )));
        };
        let (what, named) = said.split_once(' ').unwrap_or((said, ""));
        // What this thread does: an order to a thread that waits, or one to go on to one that does not, changes nothing.
        let was_waiting = self.waiting.get(name).cloned();
        let goes_on = matches!(order, "go" | "wake");
        if goes_on != was_waiting.is_some() {
            return expect(what == "stays", || format!("`{answer}`, but {name} cannot do that now"));
        }
        if what == "stays" {
            return expect(order == "go", || format!("{name} was told to do something, and stays"));
        }
        self.waiting.remove(name);
        let item = was_waiting.unwrap_or_else(|| words.get(2).map(|item| (*item).to_owned()));
        let Some(item) = item else { return self.consumer(name, what, named, goes_on) };
        if ["put", "refused"].contains(&what) && named != item {
            return Err(Failure::new(format!("{name} was to put {item}, not {named}")));
        }
        self.producer(name, what, item, goes_on)
    }

    fn producer(&mut self, name: &str, what: &str, item: String, goes_on: bool) -> Result<(), Failure> {
        let (count, capacity) = (self.inside.len(), self.capacity);
        match what {
            "put" if self.is_closed => {
                Err(Failure::new(format!("{name} has put {item} into a buffer that is closed")))
            }
            "put" if count >= capacity && goes_on => Err(Failure::new(format!(
                "{name} was woken, and has put {item} without looking again: there was no room any more, and now {} items \
                 are in a buffer for {capacity}",
                count + 1
            ))),
            "put" => {
                self.inside.push_back(item);
                expect(count < capacity, || {
                    format!(
                        "{name} has put item number {} into a buffer for {capacity}: it must wait for room",
                        count + 1
                    )
                })
            }
            "refused" => expect(self.is_closed, || {
                format!("{name} was refused, and the buffer is not closed: it must wait for room")
            }),
            "waits" => {
                self.waiting.insert(name.into(), Some(item));
                expect(!self.is_closed, || format!("{name} waits for room in a buffer that is closed"))?;
                expect(count >= capacity, || {
                    format!(
                        "{name} waits for room, and there is some: {count} items are in a buffer for {capacity}"
                    )
                })
            }
            _ => Err(strange(name, what)),
        }
    }

    fn consumer(&mut self, name: &str, what: &str, named: &str, goes_on: bool) -> Result<(), Failure> {
        match what {
            "took" if self.inside.front().is_some_and(|first| first == named) => {
                self.taken.extend(self.inside.pop_front());
                Ok(())
            }
            "took" if self.taken.iter().any(|item| item == named) => {
                Err(Failure::new(format!("{name} took {named}, which was taken before: it is doubled")))
            }
            "took" => Err(Failure::new(match self.inside.front() {
                Some(first) => {
                    format!("{name} took {named}, and {first} was put before it: first in, first out")
                }
                None => format!("{name} took {named}, and nobody has put that"),
            })),
            "end" if !self.is_closed && goes_on => Err(Failure::new(format!(
                "{name} was woken, and went on without looking again: there was no item (any more), and `end` is for a \
                 closed buffer"
            ))),
            "end" if !self.is_closed => Err(Failure::new(format!(
                "{name} got `end`, and the buffer is not closed: it must wait for an item"
            ))),
            "end" => expect(self.inside.is_empty(), || {
                format!("{name} got `end`, and {} was not taken yet: it is lost", self.inside[0])
            }),
            "waits" => {
                self.waiting.insert(name.into(), None);
                expect(!self.is_closed, || {
                    format!("{name} waits for an item, and the buffer is closed: none will come any more")
                })?;
                expect(self.inside.is_empty(), || {
                    format!("{name} waits for an item, and there is {}", self.inside[0])
                })
            }
            _ => Err(strange(name, what)),
        }
    }

    /// That nobody waits for what is there. To be asked when all have gone that were notified.
    pub(super) fn expect_nobody_forgotten(&self) -> Result<(), Failure> {
        for (name, item) in &self.waiting {
            let there = match item {
                _ if self.is_closed => "the buffer is closed".to_owned(),
                Some(_) if self.inside.len() < self.capacity => {
                    format!(
                        "there is room: {} items are in a buffer for {}",
                        self.inside.len(),
                        self.capacity
                    )
                }
                None if !self.inside.is_empty() => format!("there is one, {}", self.inside[0]),
                _ => continue,
            };
            let what = if item.is_some() { "room" } else { "an item" };
            return Err(Failure::new(format!(
                "{name} waits for {what}, and {there}, but nobody has woken it"
            )));
        }
        Ok(())
    }
}

fn strange(name: &str, what: &str) -> Failure {
    Failure::new(match what {
        "died" => format!("the thread {name} has panicked"),
        _ => format!("{name} should not answer `{what}`"),
    })
}

fn expect(holds: bool, why: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::new(why())) }
}

#[cfg(test)]
mod tests {
    use super::Model;

    fn told(capacity: usize, talk: &[(&str, &str)]) -> String {
        let mut model = Model::new(capacity);
        let answered = talk.iter().try_for_each(|(command, answer)| model.answer(command, answer));
        answered
            .and_then(|()| model.expect_nobody_forgotten())
            .map_or_else(|failure| failure.to_string(), |()| "".into())
    }

    #[test]
    fn a_right_talk_is_right() {
        let talk = [
            ("take c", "c waits"),
            ("put p a", "p put a"),
            ("take d", "d took a"),
            ("go c", "c waits"),
            ("wake c", "c waits"),
            ("put p b", "p put b"),
            ("put p c", "p waits"),
            ("go c", "c took b"),
            ("go c", "c stays"),
            ("go p", "p put c"),
            ("close", "closed"),
            ("put p d", "p refused d"),
            ("take c", "c took c"),
            ("take c", "c end"),
        ];
        assert_eq!(told(1, &talk), "");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let put = ("put p a", "p put a");
        for (talk, why) in [
            (&[put, ("put p b", "p put b")][..], "must wait for room"),
            (&[put, ("take c", "c took a"), ("take c", "c took a")], "doubled"),
            (&[put, ("close", "closed"), ("take c", "c end")], "lost"),
            (&[("take c", "c waits"), put], "nobody has woken it"),
            (&[("take c", "c waits"), ("wake c", "c end")], "without looking again"),
            (&[("take c", "c end")], "must wait for an item"),
            (&[("take c", "c waits"), ("close", "closed")], "the buffer is closed, but nobody has woken it"),
        ] {
            assert!(told(1, talk).contains(why), "{talk:?}: {}", told(1, talk));
        }
    }
}
