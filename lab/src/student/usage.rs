//! The help and the mistakes of a command line in Chinese: clap knows only English.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

/// Pairs of a name and a text: `check` for a command, `check.seed` for an option of it, `.lang` for one that all have.
const HELP: &[(&str, &str)] = &[
    ("", "练习册的工具:下一步做什么,检查你的程序,给出提示"),
    (".lang", "所用的语言 (缺省取自 LANG)"),
    (".help", "显示帮助"),
    (".version", "显示版本"),
    ("next", "下一步做什么 (不带命令时也是这样)"),
    ("list", "列出全部练习和进度"),
    ("list.what", "一课 (1) 的练习,或者一个练习、一课程序的检查"),
    ("list.lessons", "列出各课程序的检查"),
    ("check", "编译你的答案,看它做了什么"),
    (
        "check.what",
        "练习 (greet),一课 (1 或 lesson1),all,或者一课程序的检查 (lesson1.server);一项检查写作 名字.检查。不写则是下一个练习",
    ),
    ("check.seed", "上一次的种子,得到同样的输入"),
    ("check.deadline", "每项检查最多几秒"),
    ("check.all_failures", "详细说明每个失败,而不只是第一个"),
    ("check.count", "让命令算作你的答案;否则只有 exercises/名字/main.rs 才算"),
    ("check.command", "要检查的命令,代替你的文件,例如 `python3 my_server.py`"),
    ("watch", "每次保存后检查;通过后继续下一个"),
    ("watch.name", "从这个练习开始"),
    ("watch.poll", "定时查看文件,用于不报告改动的文件系统"),
    ("hint", "看提示,每次多一步"),
    ("hint.name", "练习;不写则是下一个"),
    ("hint.again", "再看一遍已经看过的"),
    ("reset", "恢复最初的文件;你写的会保存下来"),
    ("reset.name", "练习"),
    ("solution", "看答案"),
    ("solution.name", "练习"),
    ("solution.give_up", "还没有通过也要看"),
    ("doctor", "检查这台机器是否具备所需的一切"),
    ("grade", "给一份作业的全部练习评分"),
    ("report", "汇总多份作业"),
];

const EXAMPLES: &str = "例子:
  cargo lab                                       下一步做什么
  cargo lab check greet                           编译 exercises/greet/main.rs,看它做了什么
  cargo lab check greet -- python3 my_server.py   同样的检查,用于任何程序
  cargo lab check lesson1.server -- python3 lessons/lesson1/original.py server

命令启动时会在它自己的参数后面加上 `--addr 127.0.0.1:0` (除非某个参数里有 {addr}),并且必须打印
`listening on ADDR`。参数里的 {dir} 会换成一个临时目录。

退出码:0 完成或检查全部通过;1 没有完成或有检查失败;2 用法不对。";

const TEMPLATE: &str = "{about}\n\n用法:{usage}\n\n{all-args}{after-help}";

/// `command` with its help in Chinese.
pub fn in_chinese(command: Command) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true);
    let command = command.disable_help_flag(true).disable_help_subcommand(true);
    translate(command.arg(help), "").after_help(EXAMPLES)
}

fn translate(command: Command, name: &str) -> Command {
    let mut command =
        command.help_template(TEMPLATE).subcommand_help_heading("命令").subcommand_value_name("命令");
    if let Some(about) = find(name) {
        command = command.about(about).long_about(None);
    }
    // Under headings they would be sorted by name.
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for (order, id) in ids.into_iter().enumerate() {
        let text = find(&format!("{name}.{id}")).or_else(|| find(&format!(".{id}")));
        command = command.mut_arg(id, |arg| {
            let heading = if arg.is_positional() { "参数" } else { "选项" };
            let arg = arg.help_heading(heading).display_order(order);
            let default = arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
            match (text, default) {
                (Some(text), Some(value)) if !arg.is_hide_default_value_set() => {
                    let text = format!("{text} [缺省:{value}]");
                    arg.help(text).long_help(None).hide_default_value(true)
                }
                (Some(text), _) => arg.help(text).long_help(None),
                (None, _) => arg,
            }
        });
    }
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        translate(sub, &name)
    })
}

fn find(name: &str) -> Option<&'static str> {
    HELP.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The common mistakes as a sentence; `None` for the others, which keep clap's own words.
pub fn mistake_in_chinese(error: &Error) -> Option<String> {
    let get = |kind| error.get(kind).map(words);
    let argument = get(ContextKind::InvalidArg).unwrap_or_default();
    let why = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有这个参数:{argument}"),
        ErrorKind::InvalidSubcommand => format!("没有这个命令:{}", get(ContextKind::InvalidSubcommand)?),
        ErrorKind::MissingRequiredArgument => format!("缺少参数:{argument}"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("参数 {argument} 的值不对:{}", get(ContextKind::InvalidValue)?)
        }
        _ => return None,
    };
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::ValidValue];
    let hint = suggested.into_iter().find_map(|kind| get(kind).filter(|words| !words.is_empty()));
    let hint = hint.map(|words| format!(" (试试 {words})")).unwrap_or_default();
    Some(format!("错误:{why}{hint}\n\n想知道更多,加上 --help。\n"))
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(many) => many.join(" "),
        one => one.to_string(),
    }
}
