//! What is wrong with a command line, in Chinese: clap knows only English.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::reasons;

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
            value => format!("参数 {argument} 的值不对:{value}{}", reason(error)),
        },
        ErrorKind::TooManyValues => format!("参数 {argument} 不带值:{}", get(ContextKind::InvalidValue)?),
        ErrorKind::ArgumentConflict => match get(ContextKind::PriorArg)? {
            prior if prior == argument => format!("参数 {argument} 只能写一次"),
            prior => format!("参数 {argument} 不能与 {prior} 同时使用"),
        },
        ErrorKind::InvalidUtf8 => "有的参数不是 UTF-8 文字".to_string(),
        _ => return None,
    };
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::ValidValue];
    let hint = suggested.into_iter().find_map(|kind| get(kind).filter(|words| !words.is_empty()));
    let hint = hint.map(|words| format!("(试试 {words})")).unwrap_or_default();
    Some(format!("错误:{why}{hint}\n\n想知道更多,加上 --help。\n"))
}

/// Why a value is wrong, as whoever parsed it says.
fn reason(error: &Error) -> String {
    let reason = std::error::Error::source(error).map(|reason| reasons::in_chinese(&reason.to_string()));
    reason.map(|words| format!(":{words}")).unwrap_or_default()
}

/// A value of clap's as words.
fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(many) => many.join(" "),
        one => one.to_string(),
    }
}
