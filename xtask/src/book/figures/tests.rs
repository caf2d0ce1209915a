//! The frames as values.

use super::model::{Frame, Story};
use super::recording::{line_with, parse};
use super::{byte_stream, html, process_pool, select_loop};

/// A frame in one line: what is said, the line of source, and the rows.
fn shown(frame: &Frame, code: &[String]) -> String {
    let line = frame.line.map_or("", |line| code[line].trim());
    let rows: Vec<String> = (0..frame.rows.len()).map(|row| frame.words(row)).collect();
    format!("{} [{line}] {}", frame.said, rows.join("|"))
}

fn find<'s>(story: &'s Story, begin: &str) -> (usize, &'s Frame) {
    let found = story.frames.iter().enumerate().find(|(_, frame)| frame.said.starts_with(begin));
    found.unwrap_or_else(|| panic!("{}: no frame begins with `{begin}`", story.title))
}

#[test]
fn each_frame_is_complete_in_itself() {
    for story in select_loop::figure().unwrap().stories {
        assert!(story.frames.len() > 10, "{}: {} frames", story.title, story.frames.len());
        for frame in &story.frames {
            assert_eq!(frame.rows.len(), story.titles.len(), "{}: {}", story.title, frame.said);
        }
    }
}

#[test]
fn a_reply_waits_one_turn_in_its_queue() {
    let figure = select_loop::figure().unwrap();
    let story = &figure.stories[0];
    assert_eq!(story.titles[..2], ["Given to the wait: to read", "Given to the wait: to write"]);
    let (at, _) = find(story, "A sends 3 bytes");
    let wait = "[self.selector.wait(&mut ready, PATIENCE)?;]";
    let seen: Vec<String> = story.frames[at..at + 6].iter().map(|frame| shown(frame, &figure.code)).collect();
    assert_eq!(
        seen,
        [
            format!("A sends 3 bytes. {wait} L A B||||empty|empty"),
            format!("The wait returns: A is readable. {wait} L A B||A||empty|empty"),
            "recv: 3 bytes from A, into the queue for A. [let received = client.recv(&mut self.buffer)?;] L A B||A||3 bytes|empty".to_owned(),
            format!("The server waits. {wait} L A B|A|||3 bytes|empty"),
            format!("The wait returns: A is writable. {wait} L A B|A||A|3 bytes|empty"),
            "send: the kernel takes all 3 bytes. The queue for A is empty. [let sent = client.send(&queue.bytes)?;] L A B|A||A|empty|empty".to_owned(),
        ]
    );
}

#[test]
fn a_reply_that_is_owed_leaves_before_the_close() {
    let story = &select_loop::figure().unwrap().stories[1];
    let (ended, _) = find(story, "recv: 0 bytes. A will send no more.");
    let (sent, _) = find(story, "send: the kernel takes all 10 bytes");
    let (closed, _) = find(story, "A has ended");
    let (received, _) = find(story, "A receives 10 bytes");
    assert!(ended < sent && sent < closed && closed < received, "{ended} {sent} {closed} {received}");
}

#[test]
fn b_is_served_while_the_queue_of_a_is_full() {
    let story = &select_loop::figure().unwrap().stories[2];
    let (at, frame) = find(story, "B receives 5 bytes");
    let (queue, to_write) = (&frame.rows[4][0].text, frame.words(1));
    assert!(queue.ends_with(",240 bytes"), "{queue}");
    assert!(to_write.starts_with('A'), "{to_write}");
    let last = story.frames.last().unwrap();
    assert!(at < story.frames.len() && last.said == "A receives 4,096 bytes.", "{}", last.said);
    assert_eq!(last.words(4), "empty");
}

#[test]
fn a_forgotten_client_ends_every_wait() {
    let story = &select_loop::figure().unwrap().stories[3];
    let returns = story.frames.iter().filter(|frame| frame.said == "The wait returns: A is writable.");
    assert_eq!(returns.clone().count(), 4);
    assert!(returns.clone().all(|frame| frame.words(4) == "empty"));
}

#[test]
fn a_trace_of_the_server_makes_frames_too() {
    // As `lesson5 server --trace-out` writes it, with the stop switch 4 among what is watched.
    let trace = r#"{"v":1,"t_us":1,"seq":0,"actor":"server","ev":"listen","args":{"fd":3,"backlog":5,"error":null}}
{"v":1,"t_us":2,"seq":1,"actor":"server","ev":"wait_enter","args":{"watching":["3","4"],"timeout_ms":null}}
{"v":1,"t_us":3,"seq":2,"actor":"server","ev":"wait_return","args":{"readable":["3"],"writable":[]}}
{"v":1,"t_us":4,"seq":3,"actor":"server","ev":"accept","args":{"fd":3,"new_fd":7,"peer":"127.0.0.1:1"}}"#;
    let own = select_loop::of_trace(trace).unwrap();
    let (titles, frames) = (&own.stories[0].titles, &own.stories[0].frames);
    assert_eq!(titles.last().unwrap(), "Queue for A");
    assert_eq!(frames.len(), 4);
    assert_eq!(frames[3].rows[0].len(), 1, "the stop switch is no client");
    let more = trace.replace("\"seq\":3,", "\"seq\":3,\"seq\":3,");
    assert!(parse(&more).is_err() && parse(&trace.replace("\"v\":1", "\"v\":2")).is_err());
}

#[test]
fn a_changed_source_is_told() {
    let error = line_with(&["let a = 1;".to_owned()], "client.recv(").unwrap_err();
    assert_eq!(error.to_string(), "no line has `client.recv(`");
}

#[test]
fn the_page_has_a_picture_a_table_and_the_frames() {
    let html = html(select_loop::NAME).unwrap();
    assert!(!html.contains("\n\n"), "an empty line would end the block of HTML");
    assert_eq!(html.matches("<svg ").count(), 1);
    assert_eq!(html.matches("<table>").count(), 4);
    let (_, script) = html.split_once("<script type=\"application/json\">").unwrap();
    let (json, _) = script.split_once("</script>").unwrap();
    assert!(!json.contains('<'));
    let data: serde_json::Value = serde_json::from_str(json).unwrap();
    let frames = |story: &serde_json::Value| story["frames"].as_array().unwrap().len();
    let counted: usize = data["stories"].as_array().unwrap().iter().map(frames).sum();
    assert_eq!(html.matches("<tr><td>").count(), counted);
    assert!(super::html("nothing").is_err());
}

/// The messages of a story, at its end.
fn messages(story: usize) -> Vec<String> {
    let story = &byte_stream::figure().unwrap().stories[story];
    story.frames.last().unwrap().rows[3].iter().map(|block| block.text.clone()).collect()
}

#[test]
fn a_receive_is_no_message() {
    assert_eq!(messages(0), ["one", "twothr", "ee"]);
    assert_eq!(messages(1), ["one", "twothree"]);
    assert_eq!(messages(2), ["header first|9", "content AAAAAAAAAsecond|5"]);
}

#[test]
fn a_rule_finds_the_messages() {
    for story in [3, 4] {
        assert_eq!(messages(story), ["one", "two", "three"]);
    }
}

#[test]
fn no_byte_is_lost_between_two_frames() {
    for story in byte_stream::figure().unwrap().stories {
        for frame in &story.frames {
            let count = |row: usize| frame.words(row).replace(' ', "").len();
            assert_eq!(count(0), count(1) + count(2), "{}: {}", story.title, frame.said);
        }
    }
}

#[test]
fn what_has_no_newline_is_kept() {
    let figure = byte_stream::figure().unwrap();
    let (_, frame) = find(&figure.stories[3], "recv, at most 6: 6 bytes, two\\nth.");
    assert_eq!((frame.words(3), frame.words(4)), ("one two".to_owned(), "t h".to_owned()));
    assert!(frame.said.ends_with("The message two is whole; kept for later: 2 bytes."), "{}", frame.said);
}

/// The blocks of the row `title` in a frame.
fn row(story: &Story, frame: &Frame, title: &str) -> Vec<String> {
    let at = story.titles.iter().position(|known| known == title).unwrap();
    frame.rows[at].iter().map(|block| block.text.clone()).collect()
}

#[test]
fn a_task_waits_runs_or_has_ended() {
    for story in process_pool::figure().unwrap().stories {
        assert_eq!(story.titles, ["Waiting", "Worker 1", "Worker 2", "Worker 3", "Done", "Called back"]);
        let (mut asked, mut lost) = (0, 0);
        for frame in &story.frames {
            asked += usize::from(frame.said.starts_with("The program asks"));
            lost += usize::from(frame.said.contains(" is lost, "));
            let running = (1..=3).filter(|&at| frame.words(at).contains(": task ")).count();
            let waiting = row(&story, frame, "Waiting").len();
            let done = row(&story, frame, "Done").len();
            assert_eq!(waiting + running + done + lost, asked, "{}: {}", story.title, frame.said);
        }
        assert_eq!(asked, 5, "{}", story.title);
    }
}

#[test]
fn apply_has_one_task_at_a_time_and_apply_async_has_three() {
    let most = |story: &Story| {
        let running = |frame: &Frame| (1..=3).filter(|&at| frame.words(at).contains(": task ")).count();
        story.frames.iter().map(running).max().unwrap()
    };
    let stories = process_pool::figure().unwrap().stories;
    let titles: Vec<&str> = stories.iter().map(|story| story.title).collect();
    assert_eq!(titles, ["apply_async", "apply", "map", "A worker is killed"]);
    assert_eq!(stories.iter().map(most).collect::<Vec<_>>(), [3, 1, 3, 3]);
}

#[test]
fn every_task_calls_back_and_the_lost_one_with_an_error() {
    let stories = process_pool::figure().unwrap().stories;
    let called = |story: usize| {
        let story = &stories[story];
        let mut called = row(story, story.frames.last().unwrap(), "Called back");
        called.sort();
        called
    };
    assert_eq!(called(0), ["task 0", "task 1", "task 2", "task 3", "task 4"]);
    assert_eq!(called(2), [""; 0]);
    assert_eq!(called(3), ["task 0", "task 1: error", "task 2", "task 3", "task 4"]);
}

#[test]
fn what_cannot_be_is_refused() {
    let trace = |task: u32| {
        format!(
            r#"{{"v":1,"t_us":1,"seq":0,"actor":"timeline","ev":"spawn","args":{{"child":"worker 9"}}}}
{{"v":1,"t_us":2,"seq":1,"actor":"timeline","ev":"submit","args":{{"task":1}}}}
{{"v":1,"t_us":3,"seq":0,"actor":"worker 9","ev":"start","args":{{"task":1}}}}
{{"v":1,"t_us":4,"seq":1,"actor":"worker 9","ev":"finish","args":{{"task":{task}}}}}"#
        )
    };
    let code = process_pool::figure().unwrap().code;
    let frames = |trace: &str| process_pool::frames(&parse(trace).unwrap(), &code, "pool.apply(");
    assert_eq!(frames(&trace(1)).unwrap().1.len(), 4);
    let error = frames(&trace(2)).unwrap_err().to_string();
    assert_eq!(error, "worker 9 ends task 2, which it has not");
}
