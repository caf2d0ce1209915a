//! Reasons that come in English from where no language is known: clap, the standard library, the modules above.

use std::fmt::Display;

use super::{Lang, Text};

/// `reason` in Chinese; as it is when it is none of the usual ones.
pub(super) fn in_chinese(reason: &str) -> String {
    let known = REASONS.iter().find_map(|text| Some((text, values(text.en, reason)?)));
    match known {
        Some((text, values)) => {
            let values: Vec<(&str, &dyn Display)> =
                values.iter().map(|(name, value)| (*name, value as &dyn Display)).collect();
            text.fill(Lang::Zh, &values)
        }
        None => reason.to_string(),
    }
}

/// What `said` has where `pattern` has its `{name}`s; `None` when it is another sentence.
fn values<'a>(mut pattern: &'a str, mut said: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut values = Vec::new();
    while let Some((before, hole)) = pattern.split_once('{') {
        said = said.strip_prefix(before)?;
        let (name, after) = hole.split_once('}')?;
        // A value ends where the pattern goes on, or with the sentence.
        let next = after.split('{').next().unwrap_or_default();
        let end = if next.is_empty() { said.len() } else { said.find(next)? };
        let (value, rest) = said.split_at(end);
        values.push((name, value));
        (pattern, said) = (after, rest);
    }
    (pattern == said).then_some(values)
}

// The English is a copy. The test `a_wrong_value_is_told_in_chinese` of tests/lessons/words.rs makes programs say
// each of them, and fails when one has changed there and not here.
const REASONS: &[Text] = &[
    Text::new(
        "'{text}' is no address: write HOST:PORT, [::1]:PORT or unix:/path, with a port from 0 to 65535",
        "地址应写成 HOST:PORT、[::1]:PORT 或 unix:/路径,端口为 0 到 65535",
    ),
    Text::new(
        "no host is known by the name '{name}': check it, or write its address as numbers",
        "没有名为 {name} 的主机,请检查名字,或者改写成数字地址",
    ),
    Text::new(
        "a unix socket's path has at most {limit} bytes; this one has {length}",
        "unix 套接字的路径最长 {limit} 字节,这个有 {length} 字节",
    ),
    Text::new("{path} exists and is no socket; it was left alone", "{path} 已经存在,而且不是套接字;没有动它"),
    Text::new(
        "write seconds, more than 0 and at most 86400, like 5 or 0.2",
        "应写秒数,大于 0,最多 86400,例如 5 或 0.2",
    ),
    Text::new("write http://HOST[:PORT][/PATH]", "应写成 http://HOST[:PORT][/PATH]"),
    Text::new(
        "a URL has no spaces or control characters, and names a host",
        "URL 里不能有空格和控制字符,并且要写出主机",
    ),
    Text::new("write select, poll or epoll", "应写 select、poll 或 epoll"),
    Text::new("write level or edge", "应写 level 或 edge"),
    // These are clap's and the standard library's.
    Text::new("{value} is not in {from}..={to}", "应在 {from} 到 {to} 之间"),
    Text::new("number too large to fit in target type", "这个数太大"),
    Text::new("number too small to fit in target type", "这个数太小"),
    Text::new("invalid digit found in string", "应是只由数字组成的整数"),
    Text::new("invalid socket address", "地址应写成 HOST:PORT"),
    Text::new("failed to lookup address information: {why}", "查不到这个主机名"),
    Text::new("invalid port value", "端口应为 0 到 65535"),
];
