//! buffer: a bounded buffer, whose threads go one at a time, in an order that we choose.

use crate::lessons::endings::{expect_exit, expect_no_crash};
use crate::{Check, Exit, Failure, Random, Stream, Subject, Suite, Trial, proc};

mod model;

use model::Model;

pub(super) static BUFFER: Suite = Suite {
    name: "buffer",
    about: "A bounded buffer between producers and consumers, in orders that are chosen",
    checks: &[
        Check { name: "in-order", points: 1, means: "What was put first is taken first.", run: in_order },
        Check {
            name: "waits",
            points: 2,
            means: "A producer waits for room and a consumer for an item. Whoever makes room wakes a producer, whoever puts \
                    an item wakes a consumer.",
            run: waits,
        },
        Check {
            name: "looks-again",
            points: 3,
            means: "To be notified is not to be first, and a thread may be woken for no reason: it looks again (`while`), or \
                    it goes on with what is not there (`if`).",
            run: looks_again,
        },
        Check {
            name: "right-one",
            points: 3,
            means: "Each change must wake somebody who can go on with it. One that waits for something else goes back to \
                    sleep, and the notification is gone.",
            run: right_one,
        },
        Check {
            name: "close",
            points: 2,
            means: "After the end nothing comes any more: what is there may still be taken, and nobody waits.",
            run: close,
        },
        Check {
            name: "many-orders",
            points: 3,
            means: "What is right in every order is right: nothing lost, nothing doubled, never too full, and an end.",
            run: many_orders,
        },
    ],
};

/// A subject, and what it should be doing.
struct Rig<'a> {
    trial: &'a Trial,
    subject: Subject,
    model: Model,
    /// What was said on both sides.
    talk: Vec<String>,
}

impl Rig<'_> {
    fn start(trial: &Trial, capacity: usize) -> Result<Rig<'_>, Failure> {
        let subject = trial.start("", &["--capacity", &capacity.to_string()], true)?;
        let talk = vec![format!("--capacity {capacity}")];
        Ok(Rig { trial, subject, model: Model::new(capacity), talk })
    }

    /// Gives orders, one after the other, and looks at each answer.
    fn say<S: AsRef<str>>(&mut self, orders: &[S]) -> Result<(), Failure> {
        let all: String = orders.iter().map(|order| format!("{}\n", order.as_ref())).collect();
        self.subject.type_in(all.as_bytes(), self.trial.deadline())?;
        for order in orders {
            let order = order.as_ref();
            let answer = self.subject.line(Stream::Stdout, "an answer", self.trial.deadline(), &mut |_| true);
            let answer = answer.map_err(|failure| self.tell(failure.when(format!("`{order}`"))))?;
            self.talk.push(format!("{order} → {answer}"));
            self.model.answer(order, &answer).map_err(|failure| match answer.ends_with(" died") {
                true => self.subject.explain(failure),
                false => self.tell(failure),
            })?;
        }
        Ok(())
    }

    /// Lets all go on who were notified, until nobody is left who was; then nobody may wait for what is there.
    fn settle(&mut self) -> Result<(), Failure> {
        let mut quiet = false;
        while !quiet {
            let before = self.talk.len();
            let orders: Vec<String> = self.model.waiting().iter().map(|name| format!("go {name}")).collect();
            self.say(&orders)?;
            quiet = self.talk[before..].iter().all(|said| said.ends_with(" stays"));
            if self.talk.len() > 5_000 {
                return Err(self.tell(Failure::new("they wake each other for ever, and nobody gets on")));
            }
        }
        self.model.expect_nobody_forgotten().map_err(|failure| self.tell(failure))
    }

    /// The end of the input: it ends by itself, whoever waited.
    fn end(self) -> Result<(), Failure> {
        self.subject.end_stdin();
        let ended = expect_exit(self.trial, &self.subject, Exit::Code(0));
        ended
            .and_then(|()| expect_no_crash(&self.subject))
            .map_err(|failure| self.tell(failure.when("after the end of the input, which closes the buffer")))
    }

    fn tell(&self, failure: Failure) -> Failure {
        let last = &self.talk[self.talk.len().saturating_sub(8)..];
        failure.fact(format!("the last orders and answers: {}", last.join(" ⏎ ")))
    }
}

fn in_order(trial: &mut Trial) -> Result<(), Failure> {
    let items: Vec<String> = (0..trial.random.between(3, 6)).map(|_| trial.random.word(5)).collect();
    let mut rig = Rig::start(trial, items.len())?;
    for item in &items {
        rig.say(&[format!("put p1 {item}")])?;
    }
    for _ in &items {
        rig.say(&["take c1"])?;
    }
    rig.end()
}

fn waits(trial: &mut Trial) -> Result<(), Failure> {
    let mut rig = Rig::start(trial, 2)?;
    rig.say(&["take c1", "go c1", "put p1 a"])?;
    rig.settle()?;
    rig.say(&["put p1 b", "put p1 c", "put p1 d", "put p2 e"])?;
    let threads = proc::threads(rig.subject.pid())?;
    if threads < 3 {
        return Err(rig.tell(Failure::new(format!(
            "p1 and p2 wait, and the process has {threads} threads: each should be one"
        ))));
    }
    rig.say(&["go p1", "go p2", "take c1"])?;
    rig.settle()?;
    rig.say(&["take c1"])?;
    rig.settle()?;
    rig.say(&["take c1", "take c1"])?;
    rig.settle()?;
    rig.end()
}

fn looks_again(trial: &mut Trial) -> Result<(), Failure> {
    // Woken for an item that another one took, and for no reason.
    let mut rig = Rig::start(trial, 1)?;
    rig.say(&["take c1", "put p1 a", "take c2", "go c1", "wake c1"])?;
    rig.say(&["put p1 b"])?;
    rig.settle()?;
    rig.end()?;
    // The same with room, and a buffer that is too full if it is taken for there.
    let mut rig = Rig::start(trial, 1)?;
    rig.say(&["put p1 a", "put p2 b", "take c1", "put p1 c", "go p2", "wake p2"])?;
    rig.say(&["take c1"])?;
    rig.settle()?;
    rig.say(&["take c1", "take c1", "wake c1", "put p1 d"])?;
    rig.settle()?;
    rig.end()
}

/// Both kinds wait at once, or two of the same kind: whoever notifies must know whom.
fn right_one(trial: &mut Trial) -> Result<(), Failure> {
    // A consumer waits on while a producer begins to.
    let mut rig = Rig::start(trial, 1)?;
    rig.say(&["take c1", "take c2", "put p1 a", "put p2 b", "go c1"])?;
    rig.settle()?;
    rig.end()?;
    // A producer waits on while a consumer begins to.
    let mut rig = Rig::start(trial, 1)?;
    rig.say(&["put p1 a", "put p2 b", "put p3 c", "take c1", "take c2", "go p2"])?;
    rig.settle()?;
    rig.end()?;
    // Two wait for an item, two items come before either goes on; then the same with room.
    let mut rig = Rig::start(trial, 2)?;
    rig.say(&["take c1", "take c2", "put p1 a", "put p2 b"])?;
    rig.settle()?;
    rig.say(&["put p1 c", "put p1 d", "put p1 e", "put p2 f", "take c1", "take c2"])?;
    rig.settle()?;
    rig.end()
}

fn close(trial: &mut Trial) -> Result<(), Failure> {
    let mut rig = Rig::start(trial, 1)?;
    rig.say(&["take c1", "take c2", "close"])?;
    rig.settle()?;
    rig.say(&["take c1", "put p1 a"])?;
    rig.end()?;
    let mut rig = Rig::start(trial, 1)?;
    rig.say(&["put p1 a", "put p2 b", "put p3 c", "close"])?;
    rig.settle()?;
    rig.say(&["put p1 d", "take c1", "take c1", "take c2"])?;
    rig.end()?;
    // The end of the input finds somebody who waits.
    for orders in [&["take c1", "take c2"][..], &["put p1 a", "put p2 b", "put p3 c"]] {
        let mut rig = Rig::start(trial, 1)?;
        rig.say(orders)?;
        rig.end()?;
    }
    Ok(())
}

/// Orders by lot: the same ones again with the same seed.
fn many_orders(trial: &mut Trial) -> Result<(), Failure> {
    for capacity in [1, trial.random.between(2, 4)] {
        let mut random = Random::new(trial.random.next_number());
        let mut rig = Rig::start(trial, capacity)?;
        for round in 0..4 {
            let orders: Vec<String> = (0..60).map(|number| order(&mut random, round * 60 + number)).collect();
            rig.say(&orders)?;
            rig.settle()?;
        }
        rig.say(&["close"])?;
        rig.settle()?;
        // Whatever was put and not taken yet comes now, and then the end.
        rig.say(&["take c1", "take c2", "take c1", "take c2"])?;
        rig.end()?;
    }
    Ok(())
}

fn order(random: &mut Random, number: usize) -> String {
    let (producer, consumer) = (random.between(1, 3), random.between(1, 2));
    match random.between(0, 9) {
        0..3 => format!("put p{producer} item{number}"),
        3..6 => format!("take c{consumer}"),
        6 | 7 => format!("go p{producer}"),
        8 => format!("go c{consumer}"),
        _ if random.between(0, 1) == 0 => format!("wake p{producer}"),
        _ => format!("wake c{consumer}"),
    }
}
