//! What the programs say about themselves and about mistakes, in both languages.

use crate::common::{printed, run};
use netkit::cli::{Failure, Lang};
use rstest::rstest;

/// `lesson1 help server` is `lesson1 server --help`, and the part `help` is listed once.
#[rstest]
fn the_part_help_exists_in_both_languages(#[values("en", "zh")] lang: &str) {
    let list = printed(1, &["--lang", lang, "help"]);
    assert_eq!(list, printed(1, &["--lang", lang, "--help"]));
    assert_eq!(list.lines().filter(|line| line.starts_with("  help ")).count(), 1, "{list}");
    for part in ["server", "api"] {
        let told = printed(1, &["--lang", lang, "help", part]);
        assert_eq!(told, printed(1, &["--lang", lang, part, "--help"]));
    }
    if lang == "zh" {
        let about_help = printed(1, &["--lang", lang, "help", "help"]);
        for words in ["OPTIONS", "COMMAND", "Print", "Usage"] {
            assert!(!list.contains(words) && !about_help.contains(words), "{list}{about_help}");
        }
        assert!(list.contains("用法:lesson1 [选项] [部分]\n"), "{list}");
    }
}

/// The kernel does not say what it was that is not permitted: a port, a path or a file.
#[rstest]
#[case(Lang::En, ["port below 1024", "path", "file"])]
#[case(Lang::Zh, ["1024 以下的端口", "路径", "文件"])]
fn the_advice_on_permissions_is_right_for_all_three(#[case] lang: Lang, #[case] kinds: [&str; 3]) {
    let denied = std::io::ErrorKind::PermissionDenied.into();
    let told = Failure::from_io(lang, "unix:/root/x", &denied).to_string();
    assert!(kinds.iter().all(|kind| told.contains(kind)), "{told}");
}

/// Why a value is wrong comes in English from clap, std and the modules below: `REASONS` in src/cli/reasons.rs has each.
#[rstest]
#[case(1, &["server", "--addr", "127.0.0.1"], 2)]
#[case(1, &["server", "--addr", "no..such:80"], 2)]
#[case(1, &["server", "--addr", LONG_PATH], 2)]
#[case(1, &["server", "--addr", "unix:/"], 1)]
#[case(1, &["server", "--timeout", "0"], 2)]
#[case(1, &["server", "--timeout", "0.0000000001"], 2)]
#[case(1, &["server", "--timeout", "1", "--timeout", "2"], 2)]
#[case(1, &["server", "--trace=3"], 2)]
#[case(1, &["naive", "--addr", "nonsense"], 1)]
#[case(1, &["naive", "--addr", "nonsense:port"], 1)]
#[case(1, &["naive", "--addr", "no..such:80"], 1)]
#[case(1, &["api", "--trace-out", "/"], 1)]
#[case(1, &["api", "--trace-out", "/dev/null/trace"], 1)]
#[case(2, &["get", "ftp://x"], 2)]
#[case(2, &["get", "http://"], 2)]
#[case(2, &["get", "http://x:99999"], 2)]
#[case(3, &["burst", "--size", "1"], 2)]
#[case(3, &["burst", "--size", "x"], 2)]
#[case(3, &["server", "--buffer", "0"], 2)]
#[case(3, &["server", "--buffer", "99999999999999999999"], 2)]
#[case(3, &["server", "--buffer=-99999999999999999999"], 2)]
#[case(5, &["server", "--mechanism", "kqueue"], 2)]
#[case(5, &["server", "--trigger", "both"], 2)]
fn a_wrong_value_is_told_in_chinese(#[case] lesson: u32, #[case] words: &[&str], #[case] code: i32) {
    let told = |lang: &str| {
        let output = run(lesson, &[words, &["--lang", lang]].concat());
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let (english, chinese) = (told("en"), told("zh"));
    let reason = english.lines().next().unwrap().rsplit(": ").next().unwrap();
    assert!(is_english(&english), "{english}");
    assert!(!is_english(&chinese) && !chinese.contains(reason), "{chinese}");
}

const LONG_PATH: &str = "unix:/a-path-of-more-than-107-bytes-does-not-fit-into-the-address-of-a-unix-socket-\
                         whoever-counts-them-finds-that-these-are-enough";

/// Whether two English words follow each other.
fn is_english(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_word =
        |word: &str| word.trim_matches([',', ':', ';', '(', ')']).bytes().all(|b| b.is_ascii_alphabetic());
    words.windows(2).any(|pair| pair.iter().all(|word| is_word(word)))
}

/// An option with nothing behind it and one with an empty value are the same slip, told once.
#[rstest]
fn an_empty_value_is_a_missing_one_in_chinese(#[values("--addr", "--addr=")] option: &str) {
    let errors = String::from_utf8(run(1, &["server", "--lang", "zh", option]).stderr).unwrap();
    assert_eq!(errors, "错误:参数 --addr <ADDR> 后面缺少值\n\n想知道更多,加上 --help。\n");
}
