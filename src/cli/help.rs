//! Help texts in Chinese: clap's derive holds the English ones.

use clap::Command;

/// Chinese help: pairs of a name and a text.
///
/// The name is `""` for the program, `server` for a part, `server.text` for an option of a part.
pub type Help = &'static [(&'static str, &'static str)];

/// The options that every program has.
const COMMON: Help = &[
    (".lang", "程序自述所用的语言 (缺省取自 LANG)"),
    (".trace", "在 stderr 上显示每一次套接字调用"),
    (".trace_out", "把同样的事件写成 JSON 行,存入 FILE(- 表示 stdout)"),
    (".help", "显示帮助"),
];

const TEMPLATE: &str = "{about}\n\n用法:{usage}\n\n{all-args}{after-help}";

/// The part that clap adds by itself.
const HELP_PART: &str = "显示这段说明,或者某个部分的说明";

/// `command` with its help in Chinese.
pub(super) fn in_chinese(command: Command, help: Help) -> Command {
    let command = command.disable_help_flag(true).arg(help_flag());
    let mut command = translate(command, help, "");
    // Here clap adds the part `help`, and completes the usage lines.
    command.build();
    shape(command)
}

/// What can only be put into Chinese when the command is complete: the part `help` and the usage lines.
fn shape(command: Command) -> Command {
    let mut command =
        command.help_template(TEMPLATE).subcommand_help_heading("部分").subcommand_value_name("部分");
    if command.get_name() == "help" {
        command = command.about(HELP_PART);
    }
    let usage = command.render_usage().to_string();
    if let Some(usage) = usage.strip_prefix("Usage: ") {
        command = command.override_usage(usage.replace("[OPTIONS]", "[选项]"));
    }
    command.mut_subcommands(shape)
}

fn help_flag() -> clap::Arg {
    clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help).global(true)
}

fn translate(mut command: Command, help: Help, part: &str) -> Command {
    if let Some(about) = find(help, part) {
        command = command.about(about).long_about(None);
    }
    let arguments: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in arguments {
        let own = format!("{part}.{id}");
        let common = format!(".{id}");
        let text = find(help, &own).or_else(|| find(COMMON, &common));
        command = command.mut_arg(id, |arg| {
            let arg =
                if arg.is_positional() { arg.help_heading("参数") } else { arg.help_heading("选项") };
            match (text, default(&arg)) {
                (Some(text), Some(value)) => {
                    let text = format!("{text} [缺省:{value}]");
                    arg.help(text).long_help(None).hide_default_value(true)
                }
                (Some(text), None) => arg.help(text).long_help(None),
                (None, _) => arg,
            }
        });
    }
    let parts: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
    for name in parts {
        command = command.mut_subcommand(&name, |sub| translate(sub, help, &name));
    }
    command
}

/// What clap would show as `[default: …]`.
fn default(arg: &clap::Arg) -> Option<String> {
    let shown = arg.get_action().takes_values() && !arg.is_hide_default_value_set();
    let value = arg.get_default_values().first().filter(|_| shown)?;
    Some(value.display().to_string())
}

fn find(help: Help, name: &str) -> Option<&'static str> {
    help.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
