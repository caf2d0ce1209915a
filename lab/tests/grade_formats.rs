//! The forms of a record, held against the field lists that their systems publish.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::time::Duration;

use lab::grade::{Format, Graded, Overview, Record, State};
use lab::{Failure, Outcome, exercise};
use serde_json::Value;

/// A student whose name and failures contain what formats have to escape.
fn record() -> Record {
    let greet = exercise("greet").unwrap();
    let failed =
        Failure::new("it said <\"this\"> & | that").received(b"\x1b[2J\xff,\n").fact("line\u{1b} two");
    let outcomes = greet.suite.checks.iter().enumerate().map(|(number, check)| Outcome {
        check,
        failure: (number == 1).then(|| failed.clone()),
        took: Duration::from_millis(250),
    });
    let checked = Graded { exercise: greet, state: State::Checked(outcomes.collect()) };
    let silent = Graded { exercise: greet, state: State::NotBegun };
    let broken =
        Graded { exercise: greet, state: State::NotBuilt("error: expected `;`\n --> greet.rs".into()) };
    Record { student: "=1+1 <b>O'Neil</b> \"李\"".into(), seed: 7, graded: vec![checked, silent, broken] }
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn parsed(format: Format) -> Value {
    serde_json::from_str(&format.render(&record())).unwrap()
}

#[test]
fn text_has_a_line_an_exercise() {
    let expected = "✗ greet             4 of  6  peer-address\n\
                    ✗ greet             0 of  6  not begun\n\
                    ✗ greet             0 of  6  does not compile\n\
                    =1+1 <b>O'Neil</b> \"李\": 4 of 18 points (seed 7)\n";
    assert_eq!(Format::Text.render(&record()), expected);
}

#[test]
fn json_has_everything() {
    let value = parsed(Format::Json);
    assert_eq!(
        (&value["schema"], &value["score"], &value["max_score"]),
        (&"netkit-lab/grade/v1".into(), &4.into(), &18.into())
    );
    let states: Vec<&str> =
        value["exercises"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["checked", "not begun", "does not compile"]);
    assert_eq!(value["exercises"][0]["checks"][0]["failure"], Value::Null);
    let failure = value["exercises"][0]["checks"][1]["failure"].as_str().unwrap();
    assert!(failure.starts_with("it said <\"this\"> & | that\n  received  "), "{failure}");
}

#[test]
fn junit_is_read_by_a_parser() {
    let text = Format::Junit.render(&record());
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!(
        (root.tag_name().name(), root.attribute("tests"), root.attribute("failures")),
        ("testsuites", Some("12"), Some("9"))
    );
    assert_eq!(root.attribute("name"), Some("=1+1 <b>O'Neil</b> \"李\""));
    let suites: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
    assert_eq!(suites.len(), 3);
    assert_eq!((suites[0].attribute("name"), suites[0].attribute("time")), (Some("greet"), Some("1.000")));
    let case = suites[0].children().filter(roxmltree::Node::is_element).nth(1).unwrap();
    assert_eq!(case.attribute("name"), Some("peer-address"));
    let failure = case.first_element_child().unwrap();
    assert_eq!(failure.attribute("message"), Some("it said <\"this\"> & | that"));
    assert!(failure.text().unwrap().contains("line\u{fffd} two"));
}

/// What an autograder may write: <https://gradescope-autograders.readthedocs.io>, "Autograder Specifications".
#[test]
fn gradescope_knows_every_field() {
    let value = parsed(Format::Gradescope);
    let top =
        ["score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "tests"];
    assert!(keys(&value).is_subset(&top.into()), "{value}");
    assert_eq!(value["score"], 4);
    let of_test =
        ["score", "max_score", "status", "name", "name_format", "number", "output", "output_format"];
    let of_test: BTreeSet<&str> = of_test.into_iter().chain(["tags", "visibility", "extra_data"]).collect();
    let tests = value["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 12);
    for test in tests {
        assert!(keys(test).is_subset(&of_test), "{test}");
        assert!(["passed", "failed"].contains(&test["status"].as_str().unwrap()));
    }
    assert_eq!(
        (&tests[1]["number"], &tests[1]["status"], &tests[1]["score"]),
        (&"1.2".into(), &"failed".into(), &0.into())
    );
}

/// The contract of result.json in Classroom 50's manual, "Advanced Autograding".
#[test]
fn classroom50_has_every_field_it_must() {
    let value = parsed(Format::Classroom50);
    let must = ["schema", "classroom", "assignment", "submission", "commit", "release", "review", "datetime"];
    let must: BTreeSet<&str> = must.into_iter().chain(["score", "max-score", "tests"]).collect();
    assert_eq!(keys(&value), must);
    assert_eq!(value["schema"], "classroom50/result/v1");
    let instant = value["datetime"].as_str().unwrap();
    assert!(instant.len() == 20 && instant.ends_with('Z') && instant.as_bytes()[10] == b'T', "{instant}");
    let mut sums = (0, 0);
    for test in value["tests"].as_array().unwrap() {
        for field in ["test-name", "passed", "score", "max-score"] {
            assert!(test.get(field).is_some(), "{test} has no {field}");
        }
        sums = (sums.0 + test["score"].as_u64().unwrap(), sums.1 + test["max-score"].as_u64().unwrap());
    }
    assert_eq!((value["score"].as_u64(), value["max-score"].as_u64()), (Some(sums.0), Some(sums.1)));
}

/// The test runner interface of Exercism, version 2.
#[test]
fn exercism_knows_every_field() {
    let value = parsed(Format::Exercism);
    assert_eq!(keys(&value), ["version", "status", "message", "tests"].into());
    assert_eq!(
        (&value["version"], &value["status"], &value["message"]),
        (&2.into(), &"fail".into(), &Value::Null)
    );
    for test in value["tests"].as_array().unwrap() {
        assert!(
            keys(test).is_subset(&["name", "test_code", "status", "message", "output", "task_id"].into())
        );
        assert!(["pass", "fail", "error"].contains(&test["status"].as_str().unwrap()));
        // A message belongs to what did not pass.
        assert_eq!(test["message"].is_null(), test["status"] == "pass");
    }
    // No test was run at all: that is an error, and the message says why.
    let mut record = record();
    record.graded.retain(|graded| matches!(graded.state, State::NotBuilt(_)));
    let value: Value = serde_json::from_str(&Format::Exercism.render(&record)).unwrap();
    assert_eq!(value["status"], "error");
    assert!(value["message"].as_str().unwrap().contains("expected `;`"));
}

#[test]
fn csv_has_a_line_a_check_and_no_formula() {
    let text = Format::Csv.render(&record());
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 1 + 12 + 1);
    assert_eq!(lines[0], "student,lesson,exercise,check,score,max_score,seconds,failure");
    assert_eq!(
        lines[2],
        "\"'=1+1 <b>O'Neil</b> \"\"李\"\"\",1,greet,peer-address,0,2,0.25,\"it said <\"\"this\"\"> & | that\""
    );
}

#[test]
fn markdown_has_no_markup_of_a_student() {
    let text = Format::Markdown.render(&record());
    assert!(text.starts_with("## =1+1 &lt;b>O'Neil&lt;/b> \"李\": 4 of 18 points\n"), "{text}");
    let row = "| greet | 4 of 6 | peer-address | it said &lt;\"this\"> &amp; \\| that |\n";
    assert!(text.contains(row), "{text}");
}

#[test]
fn an_overview_says_who_is_where_and_where_they_are_stuck() {
    let records = [record(), Record { student: "b".into(), ..record() }];
    let page = Overview(&records).html();
    assert!(!page.contains("<b>") && !page.contains("http"), "nothing of a student is markup:\n{page}");
    assert!(page.contains("<td class=\"some\">4 of 6<br>peer-address</td>"), "{page}");
    let stuck =
        "<td>greet</td><td>peer-address</td><td>2: =1+1 &lt;b&gt;O'Neil&lt;/b&gt; &quot;李&quot;, b</td>";
    assert!(page.contains(stuck), "{page}");
    assert_eq!(Overview(&records).csv().split("\r\n").count(), 1 + 24 + 1);
}
