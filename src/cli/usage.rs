//! What is wrong with a command line, in Chinese: clap knows only English.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The common mistakes as a Chinese sentence; `None` for the others, which keep clap's own words.
pub(super) fn in_chinese(error: &Error) -> Option<String> {
    let get = |kind| error.get(kind).map(words);
    let argument = get(ContextKind::InvalidArg).unwrap_or_default();
    let why = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有这个参数:{argument}"),
        ErrorKind::InvalidSubcommand => format!("没有这个部分:{}", get(ContextKind::InvalidSubcommand)?),
        ErrorKind::MissingRequiredArgument => format!("缺少参数:{argument}"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match get(ContextKind::InvalidValue)? {
            value if value.is_empty() => format!("参数 {argument} 后面缺少值"),
            value => format!("参数 {argument} 的值不对:{value}"),
        },
        _ => return None,
    };
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::ValidValue];
    let hint = suggested.into_iter().find_map(|kind| get(kind).filter(|words| !words.is_empty()));
    let hint = hint.map(|words| format!("(试试 {words})")).unwrap_or_default();
    let reason = std::error::Error::source(error).map(|reason| format!(":{reason}")).unwrap_or_default();
    Some(format!("错误:{why}{reason}{hint}\n\n想知道更多,加上 --help。\n"))
}

/// A value of clap's as words.
fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(many) => many.join(" "),
        one => one.to_string(),
    }
}
