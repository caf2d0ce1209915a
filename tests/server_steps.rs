//! The steps of a request, in order, also when one of them goes wrong (SEMANTICS 6.1 and 6.4).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod server_common;

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use netkit::net::{Addr, Socket};
use netkit::server::{Datagrams, Dispatch, Fault, Handler, Inline, Packet, Pooled, Step, Stream, Threading};
use rstest::rstest;
use server_common::{SOON, Way, any, bound, client, rest, serve};

/// What a step does to the first client. The others are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Refuses,
    Fails,
    Panics,
    PanicsWithoutWords,
}

/// Misbehaves once, in one or two places.
struct Script {
    acts: Vec<(Step, Act)>,
    clients: AtomicUsize,
    faults: Arc<Mutex<Vec<String>>>,
}

impl Script {
    fn at(&self, step: Step) -> io::Result<bool> {
        let act = self.acts.iter().find(|(at, _)| *at == step).map(|(_, act)| *act);
        match act.filter(|_| self.clients.load(Ordering::SeqCst) == 1) {
            None => Ok(true),
            Some(Act::Refuses) => Ok(false),
            Some(Act::Fails) => Err(io::Error::other(format!("{step:?} fails"))),
            Some(Act::Panics) => panic!("{step:?} panics"),
            Some(Act::PanicsWithoutWords) => std::panic::panic_any(5),
        }
    }

    fn verify(&self) -> bool {
        self.clients.fetch_add(1, Ordering::SeqCst);
        self.at(Step::VerifyRequest).unwrap()
    }

    fn told(&self, fault: &Fault) {
        self.faults.lock().unwrap().push(fault.to_string());
        self.at(Step::HandleError).unwrap();
    }
}

impl Handler<Socket> for Script {
    fn verify_request(&self, _: &Socket, _: &Addr) -> bool {
        self.verify()
    }

    fn setup(&self, _: &mut Socket, _: &Addr) -> io::Result<()> {
        self.at(Step::Setup).map(|_| ())
    }

    fn handle(&self, client: &mut Socket, _: &Addr) -> io::Result<()> {
        self.at(Step::Handle)?;
        Ok(client.send_all(b"served")?)
    }

    fn finish(&self, _: &mut Socket, _: &Addr) -> io::Result<()> {
        self.at(Step::Finish).map(|_| ())
    }

    fn handle_error(&self, _: &Addr, fault: &Fault) {
        self.told(fault);
    }
}

impl Handler<Packet> for Script {
    fn verify_request(&self, _: &Packet, _: &Addr) -> bool {
        self.verify()
    }

    fn handle(&self, packet: &mut Packet, _: &Addr) -> io::Result<()> {
        self.at(Step::Handle)?;
        packet.reply(b"served")
    }

    fn handle_error(&self, _: &Addr, fault: &Fault) {
        self.told(fault);
    }
}

fn script(acts: &[(Step, Act)]) -> (Script, Arc<Mutex<Vec<String>>>) {
    let faults = Arc::new(Mutex::new(Vec::new()));
    (Script { acts: acts.to_vec(), clients: AtomicUsize::new(0), faults: Arc::clone(&faults) }, faults)
}

/// The steps of one request, from `verify_request` to its last.
fn one(steps: &Receiver<Step>) -> Vec<Step> {
    let mut seen = Vec::new();
    loop {
        let step = steps.recv_timeout(SOON).unwrap_or_else(|error| panic!("{error} after {seen:?}"));
        // What comes before is the loop's, which looks as often as it likes.
        if !matches!(step, Step::ServeForever | Step::GetRequest) {
            seen.push(step);
        }
        if step == Step::CloseRequest {
            return seen;
        }
    }
}

/// Lets the first client meet `acts`, the second one be served; returns the first one's steps, what
/// it was sent, and the faults.
fn first_client(
    dispatch: impl Dispatch + Send + 'static,
    acts: &[(Step, Act)],
) -> (Vec<Step>, Vec<u8>, Vec<String>) {
    let (script, faults) = script(acts);
    let mut server = bound::<Stream, _, _>(script, dispatch);
    let (sender, steps) = channel();
    server.on_step(move |step| {
        // A test that has failed does not listen any more.
        let _ = sender.send(step);
    });
    let serving = serve(server);

    let first = client(&serving.addr);
    let sent = rest(&first);
    drop(first);
    let of_first = one(&steps);

    let second = client(&serving.addr);
    assert_eq!(rest(&second), b"served", "the next client does not suffer");
    drop(second);
    assert_eq!(one(&steps), whole(&[]));
    assert_eq!(serving.stop().served(), 2);
    let told = faults.lock().unwrap().clone();
    (of_first, sent, told)
}

/// The steps when nothing goes wrong, with `handle_error` before the end as often as there are `faults`.
fn whole(faults: &[Step]) -> Vec<Step> {
    use Step::{
        CloseRequest, Finish, FinishRequest, Handle, ProcessRequest, Setup, ShutdownRequest, VerifyRequest,
    };
    let way = [VerifyRequest, ProcessRequest, FinishRequest, Setup, Handle, Finish];
    [&way[..], faults, &[ShutdownRequest, CloseRequest]].concat()
}

#[rstest]
#[case::nothing(&[], whole(&[]), b"served", &[])]
#[case::handle_fails(&[(Step::Handle, Act::Fails)], whole(&[Step::HandleError]), b"", &["Handle fails"])]
#[case::handle_panics(
    &[(Step::Handle, Act::Panics)], whole(&[Step::HandleError]), b"", &["the handler panicked: Handle panics"]
)]
#[case::without_words(
    &[(Step::Handle, Act::PanicsWithoutWords)], whole(&[Step::HandleError]), b"",
    &["the handler panicked: a panic without words"]
)]
#[case::finish_fails(&[(Step::Finish, Act::Fails)], whole(&[Step::HandleError]), b"served", &["Finish fails"])]
#[case::both_fail(
    &[(Step::Handle, Act::Fails), (Step::Finish, Act::Panics)], whole(&[Step::HandleError, Step::HandleError]), b"",
    &["Handle fails", "the handler panicked: Finish panics"]
)]
#[case::the_report_panics(
    &[(Step::Handle, Act::Fails), (Step::HandleError, Act::Panics)], whole(&[Step::HandleError]), b"",
    &["Handle fails"]
)]
#[case::setup_fails(&[(Step::Setup, Act::Fails)], without_finish(), b"", &["Setup fails"])]
#[case::setup_panics(&[(Step::Setup, Act::Panics)], without_finish(), b"", &["the handler panicked: Setup panics"])]
#[case::refused(
    &[(Step::VerifyRequest, Act::Refuses)],
    vec![Step::VerifyRequest, Step::ShutdownRequest, Step::CloseRequest], b"", &[]
)]
#[case::verify_panics(
    &[(Step::VerifyRequest, Act::Panics)],
    vec![Step::VerifyRequest, Step::HandleError, Step::ShutdownRequest, Step::CloseRequest], b"",
    &["the handler panicked: VerifyRequest panics"]
)]
fn a_fault_costs_one_client(
    #[case] acts: &[(Step, Act)],
    #[case] steps: Vec<Step>,
    #[case] sent: &[u8],
    #[case] faults: &[&str],
    #[values(Way::Inline, Way::Threading, Way::Pooled)] way: Way,
) {
    let (seen, received, told) = match way {
        Way::Inline => first_client(Inline, acts),
        Way::Threading => first_client(Threading::default(), acts),
        // With one worker, a worker that is lost is noticed.
        Way::Pooled => first_client(Pooled::with_workers(1), acts),
    };
    assert_eq!(seen, steps);
    assert_eq!(received, sent, "and then the end of the stream");
    assert_eq!(told, faults);
}

fn without_finish() -> Vec<Step> {
    let mut steps = whole(&[Step::HandleError]);
    steps.retain(|step| !matches!(step, Step::Handle | Step::Finish));
    steps
}

#[test]
fn a_fault_of_a_datagram_costs_its_sender() {
    for act in [(Step::VerifyRequest, Act::Refuses), (Step::Handle, Act::Fails), (Step::Handle, Act::Panics)]
    {
        let (script, faults) = script(&[act]);
        let mut server = bound::<Datagrams, _, _>(script, Inline);
        let (sender, steps) = channel();
        server.on_step(move |step| {
            // A test that has failed does not listen any more.
            let _ = sender.send(step);
        });
        let serving = serve(server);
        let asked = std::net::UdpSocket::bind(any().to_string()).unwrap();
        asked.set_read_timeout(Some(SOON)).unwrap();
        for _ in 0..2 {
            asked.send_to(b"?", serving.addr.to_string()).unwrap();
            one(&steps);
        }
        let mut answer = [0; 16];
        assert_eq!(asked.recv(&mut answer).unwrap(), 6);
        asked.set_nonblocking(true).unwrap();
        assert!(asked.recv(&mut answer).is_err(), "one answer for two datagrams");
        assert_eq!(serving.stop().served(), 2);
        assert_eq!(faults.lock().unwrap().len(), usize::from(act.1 != Act::Refuses));
    }
}
