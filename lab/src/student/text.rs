//! What the tool says: one table, both languages, the same `{values}` in both.

use super::lang::Text;

// Where we are.

pub const ELSEWHERE: Text = Text::new(
    "{here} is not the workbook. Go there first:\n\n    cd {there}\n\nOr check any program from here: lab check NAME -- COMMAND",
    "{here} 不是练习册所在的目录。请先进入:\n\n    cd {there}\n\n也可以在这里检查任何程序:lab check 名字 -- 命令",
);
pub const NOWHERE: Text = Text::new(
    "{here} is not the workbook, and no folder above it is. Go to the folder into which you have cloned it (the one with README.md and \
     exercises/), and say `cargo lab` there. Or check any program from here: lab check NAME -- COMMAND",
    "{here} 和它上面的目录都不是练习册。请进入克隆下来的目录 (里面有 README.md 和 exercises/),在那里运行 `cargo lab`。\
     也可以在这里检查任何程序:lab check 名字 -- 命令",
);

// Names.

pub const UNKNOWN: Text = Text::new(
    "there is no exercise and no lesson `{word}`. `cargo lab list` shows all",
    "没有叫 `{word}` 的练习或课。`cargo lab list` 列出全部",
);
pub const UNKNOWN_NEAR: Text = Text::new(
    "there is no exercise and no lesson `{word}`. Do you mean: {near}? `cargo lab list` shows all",
    "没有叫 `{word}` 的练习或课。你是说 {near} 吗?`cargo lab list` 列出全部",
);
pub const UNKNOWN_CHECK: Text = Text::new(
    "no check `{word}`. The checks of {suite}: {names}",
    "没有检查 `{word}`。{suite} 的检查有:{names}",
);
pub const ONE_EXERCISE: Text = Text::new(
    "`{word}` is not one exercise, and this is done with one at a time. `cargo lab list` shows them",
    "`{word}` 不是一个练习,而这里一次只能做一个。`cargo lab list` 列出全部",
);
pub const ONE_COMMAND: Text = Text::new(
    "a command answers one exercise: name it instead of several",
    "一条命令只能回答一个练习:请给出练习的名字",
);
pub const LESSON_NOT_BUILT: Text = Text::new(
    "{lesson} is not built beside this program: `cargo build --bin {lesson}` first, or name a command: cargo lab check {suite} -- COMMAND",
    "{lesson} 还没有编译:先运行 `cargo build --bin {lesson}`,或者给出命令:cargo lab check {suite} -- 命令",
);

// Next.

pub const WELCOME: Text = Text::new(
    "Welcome. {all} exercises on sockets, threads and processes are in the folder exercises/. Each is a program that compiles\n\
     and does not yet do what its README asks. You edit one file until all its checks pass; then comes the next.",
    "欢迎!exercises/ 目录里有 {all} 个关于套接字、线程和进程的练习。每个都是能编译、但还没有做到 README 所要求的程序。\n\
     你修改一个文件,直到它的检查全部通过,然后做下一个。",
);
pub const NEXT: Text = Text::new(
    "{name} {stars}  lesson {lesson}, about {minutes} minutes\n{task}\n\n  read  {readme}\n  edit  {file}",
    "{name} {stars}  第 {lesson} 课,大约 {minutes} 分钟\n{task}\n\n  先读  {readme}\n  修改  {file}",
);
pub const DO_CHECK: Text = Text::new("build it and look at what it does", "编译并检查");
pub const DO_WATCH: Text = Text::new("the same after every save", "每次保存后自动检查");
pub const DO_HINT: Text = Text::new("a hint; each time one step further", "看提示,每次多一步");
pub const DO_LIST: Text = Text::new("all exercises, and how far you are", "全部练习和你的进度");
pub const ALL_DONE: Text = Text::new(
    "All exercises are passed. Well done. `cargo lab check all` looks at them once more.",
    "全部练习都已通过,做得好!`cargo lab check all` 可以再检查一遍。",
);

// List.

pub const LESSON: Text = Text::new("Lesson {n}", "第 {n} 课");
pub const MINUTES: Text = Text::new("{n} min", "{n} 分钟");
pub const HINTS_OPEN: Text = Text::new("hints open: {n}", "看过 {n} 个提示");
pub const SOLUTION_SEEN: Text = Text::new("solution seen", "看过答案");
pub const OF_POINTS: Text = Text::new("{points} of {possible} points", "{points}/{possible} 分");
pub const LIST_SUM: Text = Text::new("{passed} of {all} passed.", "通过 {passed}/{all} 个。");
pub const LIST_MINUTES: Text = Text::new("The others take about {n} minutes.", "其余大约需要 {n} 分钟。");
pub const LIST_HOURS: Text = Text::new("The others take about {n} hours.", "其余大约需要 {n} 小时。");
pub const LIST_HOW: Text = Text::new(
    "`cargo lab list NAME` says what is looked at; `cargo lab list --lessons` lists the checks of the lesson programs.",
    "`cargo lab list 名字` 说明检查什么;`cargo lab list --lessons` 列出各课程序的检查。",
);
pub const SUITES_HOW: Text = Text::new(
    "`cargo lab list SUITE` shows the checks of one, `cargo lab check SUITE -- COMMAND` runs them.",
    "`cargo lab list 名字` 显示其中的检查,`cargo lab check 名字 -- 命令` 运行它们。",
);

// Check.

pub const POINT: Text = Text::new("{n} point", "{n} 分");
pub const POINTS: Text = Text::new("{n} points", "{n} 分");
pub const ABOUT: Text = Text::new("      What this is about: {means}", "      这一项检查的是:{means}");
pub const NO_FILE: Text = Text::new(
    "{file} is not there. `cargo lab reset {name}` puts back the one that was handed out",
    "没有 {file}。`cargo lab reset {name}` 可以恢复最初的文件",
);
pub const NO_CARGO: Text = Text::new(
    "cannot start cargo: {why}. `cargo lab doctor` says more",
    "无法启动 cargo:{why}。`cargo lab doctor` 会给出更多信息",
);
pub const STILL_BUILDING: Text = Text::new(
    "cargo builds; the first time takes a minute, and it waits while another cargo (or an editor's) is at work …",
    "cargo 正在编译;第一次大约需要一分钟,而且别的 cargo (或编辑器启动的) 正在工作时要等它 …",
);
pub const NOT_COMPILED: Text = Text::new(
    "{file} does not compile, so nothing was checked. Mend the first of the compiler's errors first; others often go with it.",
    "{file} 编译不通过,所以什么都没有检查。先改正编译器的第一个错误,其余的往往会随之消失。",
);
pub const SUM_PASSED: Text = Text::new("All {possible} points.", "满分:{possible} 分。");
pub const SUM_FAILED: Text = Text::new(
    "{points} of {possible} points. The same inputs again: cargo lab check {name} --seed {seed}",
    "得分 {points}/{possible}。用同样的输入再试:cargo lab check {name} --seed {seed}",
);
pub const SUM_MORE: Text = Text::new(
    "Begin with the first failure. All in full: cargo lab check {name} --all-failures",
    "先解决第一个失败。查看全部细节:cargo lab check {name} --all-failures",
);
pub const SUM_HINT: Text = Text::new(
    "Stuck? Hint {n} of 4: cargo lab hint {name}",
    "卡住了?第 {n} 个提示 (共 4 个):cargo lab hint {name}",
);
pub const SUM_HINTS_AGAIN: Text = Text::new(
    "Stuck? All hints are open; to read them again: cargo lab hint {name}",
    "卡住了?提示已经全部看过,再看一遍:cargo lab hint {name}",
);
pub const SUM_NOT_COUNTED: Text = Text::new(
    "Another program does not count as your progress; with --count it does.",
    "检查别的程序不计入进度;加上 --count 才计入。",
);
pub const COMPARE: Text = Text::new(
    "Compare it with ours: cargo lab solution {name}",
    "和我们的答案比较:cargo lab solution {name}",
);
pub const NEXT_IS: Text = Text::new(
    "Next: {name}, {task} (cargo lab watch {name})",
    "下一个:{name},{task} (cargo lab watch {name})",
);
pub const SUITE: Text =
    Text::new("{suite} on `{command}` (seed {seed})", "用 {suite} 检查 `{command}` (种子 {seed})");
pub const SUITE_PASSED: Text = Text::new(
    "{points} of {possible} points\n{passed} passed, {failed} failed",
    "得分 {points}/{possible}\n通过 {passed} 项,失败 {failed} 项",
);
pub const SUITE_FAILED: Text = Text::new(
    "{points} of {possible} points (repeat with --seed {seed})\n{passed} passed, {failed} failed",
    "得分 {points}/{possible} (用 --seed {seed} 可以重现)\n通过 {passed} 项,失败 {failed} 项",
);
pub const STILL_OPEN: Text = Text::new("Begun and still open: {names}", "做过但还没有通过:{names}");
pub const NOT_BEGUN: Text = Text::new("as it was handed out: not begun", "还没有动过");
pub const SUM_SEVERAL: Text = Text::new(
    "{passed} passed of {begun} that are begun; {all} in all.",
    "已开始的 {begun} 个中通过了 {passed} 个;共 {all} 个。",
);

// Hints, solutions, resets.

pub const HINT: Text = Text::new("{name}: hint {n} of {all}", "{name}:提示 {n}/{all}");
pub const HINT_NEXT: Text = Text::new(
    "The next one, when you need it: cargo lab hint {name}. Those so far: cargo lab hint {name} --again",
    "需要时看下一个:cargo lab hint {name};再看一遍:cargo lab hint {name} --again",
);
pub const HINT_LAST: Text = Text::new(
    "That was the last one. The whole solution: cargo lab solution {name} --give-up",
    "这是最后一个提示。完整的答案:cargo lab solution {name} --give-up",
);
pub const NOT_YET: Text = Text::new(
    "{name} is not passed yet. A hint may be enough: cargo lab hint {name}. If not: cargo lab solution {name} --give-up",
    "{name} 还没有通过。也许一个提示就够了:cargo lab hint {name};如果不够:cargo lab solution {name} --give-up",
);
pub const RESET: Text = Text::new("{file} is as it was handed out.", "{file} 已恢复成最初的样子。");
pub const RESET_KEPT: Text = Text::new(
    "Yours is kept: {kept}. To have it again: mv {kept} {file}",
    "你写的保存在 {kept}。想要回来:mv {kept} {file}",
);
pub const RESET_NOTHING: Text =
    Text::new("{file} is as it was handed out already.", "{file} 本来就是最初的样子。");
pub const RESET_FAILED: Text = Text::new("cannot reset {file}: {why}", "无法恢复 {file}:{why}");

// Progress.

pub const PROGRESS_UNREADABLE: Text = Text::new(
    "cannot read {file}: {why}; going on as if it were empty",
    "无法读取 {file}:{why};当作空的继续",
);
pub const PROGRESS_DAMAGED: Text = Text::new(
    "{file} is damaged: {n} of its lines cannot be read, the first one is `{line}`. All others count; your answers are not touched",
    "{file} 已损坏:有 {n} 行无法读懂,第一行是 `{line}`。其余的仍然有效,你的答案没有受影响",
);
pub const PROGRESS_KEPT: Text = Text::new(
    "{file} was damaged and is written anew; as it was it is kept in {kept}",
    "{file} 已损坏,现已重写;原来的保存在 {kept}",
);
pub const PROGRESS_UNWRITTEN: Text =
    Text::new("cannot write {file}: {why}; this does not count", "无法写入 {file}:{why};这次不计入");

// Watch.

pub const WATCHING: Text = Text::new(
    "Watching {file}. Save it, and it is checked; Ctrl-C ends.",
    "正在监视 {file}。保存后自动检查;Ctrl-C 结束。",
);
pub const WATCH_SAVED: Text = Text::new("── {file} is saved: once more", "── {file} 已保存,重新检查");
pub const WATCH_WAITS: Text =
    Text::new("── waiting for {file} to be saved; Ctrl-C ends", "── 等待保存 {file};Ctrl-C 结束");
pub const WATCH_STOPPED: Text =
    Text::new("\nStopped. Nothing is left running.", "\n已停止,没有留下任何进程。");
pub const WATCH_BY_LOOKING: Text = Text::new(
    "the kernel does not tell of changes here ({why}): looking three times a second, as with --poll",
    "内核不能报告这里的改动 ({why}):改为每秒查看三次,和 --poll 一样",
);
pub const WATCH_CANNOT: Text = Text::new("cannot watch: {why}", "无法监视:{why}");

// Doctor.

pub const DOCTOR_WELL: Text = Text::new("All is well.", "一切正常。");
pub const DOCTOR_FAIR: Text =
    Text::new("Everything necessary is there; worth a look: {n}.", "必需的都有了;值得看一看的:{n} 项。");
pub const DOCTOR_ILL: Text = Text::new("Missing, and necessary: {n}.", "缺少必需的:{n} 项。");
pub const DOCTOR_FOLDER: Text = Text::new("the workbook", "练习册");
pub const DOCTOR_FOLDER_MISSING: Text = Text::new(
    "not here. Go to the folder into which you have cloned it, and say `cargo lab doctor` there",
    "不在这里。请进入克隆下来的目录,再运行 `cargo lab doctor`",
);
pub const DOCTOR_TOOLCHAIN: Text = Text::new(
    "cannot be run. Install Rust {version} or newer: https://rustup.rs",
    "无法运行。请安装 Rust {version} 或更新的版本:https://rustup.rs",
);
pub const DOCTOR_OLD_RUST: Text = Text::new(
    "{is} is too old; it takes {version}. With rustup: rustup update stable",
    "{is} 太旧,需要 {version}。使用 rustup:rustup update stable",
);
pub const DOCTOR_LINKER_NAME: Text = Text::new("a linker", "链接器");
pub const DOCTOR_LINKER: Text = Text::new(
    "`cc` cannot be run, and rustc links with it. On Debian and Ubuntu: sudo apt install gcc",
    "无法运行 `cc`,而 rustc 用它来链接。Debian 和 Ubuntu 上:sudo apt install gcc",
);
pub const DOCTOR_PYTHON: Text = Text::new(
    "not there, or older than 3.9: the Python twins cannot be run; all else works",
    "没有,或者早于 3.9:不能运行 Python 版本的程序,其余不受影响",
);
pub const DOCTOR_SHELL: Text = Text::new(
    "cannot be run, and checks guard their subjects with it",
    "无法运行,而检查要用它来看管被检查的程序",
);
pub const DOCTOR_LOOPBACK: Text = Text::new("connections on 127.0.0.1", "127.0.0.1 上的连接");
pub const DOCTOR_LOOPBACK_BAD: Text = Text::new(
    "{why}. A container without the interface `lo`, or a firewall, may be the cause: `ip link set lo up`",
    "{why}。可能是容器没有 `lo` 接口,或者有防火墙:`ip link set lo up`",
);
pub const DOCTOR_PORT_FREE: Text = Text::new("port {port} is free", "端口 {port} 可用");
pub const DOCTOR_USUAL_PORT: Text = Text::new("the port of the examples", "示例所用的端口");
pub const DOCTOR_PORT_TAKEN: Text = Text::new(
    "{port}: {why}. Checks do not need it; to run an example, say --addr 127.0.0.1:0",
    "{port}:{why}。检查不需要它;运行示例时加上 --addr 127.0.0.1:0",
);
pub const DOCTOR_DESCRIPTORS: Text = Text::new("descriptors a process may open", "一个进程可打开的描述符");
pub const DOCTOR_DESCRIPTORS_FEW: Text = Text::new(
    "{hard} at the most; the exercise with the most clients takes {wanted}. Ask who runs this machine (limits.conf)",
    "最多 {hard} 个,而客户端最多的练习需要 {wanted} 个。请找管理这台机器的人 (limits.conf)",
);
pub const DOCTOR_DESCRIPTORS_SOFT: Text = Text::new(
    "{soft}, and you may raise it to {hard}: ulimit -n {wanted}, in the shell from which you work",
    "{soft} 个,可以提高到 {hard}:在工作的 shell 里运行 ulimit -n {wanted}",
);
pub const DOCTOR_PROC_MISSING: Text = Text::new(
    "cannot be read: checks look there at descriptors and connections. They need Linux, with /proc mounted",
    "无法读取,而检查要在那里查看描述符和连接。需要挂载了 /proc 的 Linux",
);
pub const DOCTOR_PROC_POOR: Text = Text::new(
    "without {names}: a hanging program is explained less well; all else works",
    "没有 {names}:程序卡住时解释得少一些,其余不受影响",
);
pub const DOCTOR_READABLE: Text = Text::new("can be read", "可以读取");
pub const DOCTOR_SAVES_TOLD: Text = Text::new("`watch` is told of saves", "`watch` 能得知保存");
pub const DOCTOR_SAVES_UNTOLD: Text =
    Text::new("{why}; use `cargo lab watch --poll`", "{why};请用 `cargo lab watch --poll`");
pub const DOCTOR_TEMP: Text = Text::new("temporary files", "临时文件");
pub const DOCTOR_TEMP_BAD: Text = Text::new(
    "cannot write to {folder}: {why}. Set TMPDIR to a folder of yours",
    "无法写入 {folder}:{why}。请把 TMPDIR 设为自己的目录",
);
pub const DOCTOR_TEMP_FULL: Text = Text::new(
    "{free} GiB free in {folder}; the exercise with the largest files takes 3. Set TMPDIR to another folder",
    "{folder} 只剩 {free} GiB,而文件最大的练习需要 3 GiB。请把 TMPDIR 设为别的目录",
);
pub const DOCTOR_TEMP_FREE: Text = Text::new("{free} GiB free in {folder}", "{folder} 有 {free} GiB 可用");
