//! Everything that lesson 6 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 6 课:从内部看 SocketServer。不带部分名:运行演示"),
    ("server", "框架本身:任选处理者,任选运行方式"),
    ("server.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("server.dispatch", "怎样运行处理者:inline、threading、forking(Linux)或 pooled"),
    ("server.handler", "怎样对待客户端:ivr 或 echo"),
    ("server.max", "同时最多服务多少客户端,其余排队(缺省:512 个线程、40 个子进程、8 个工作线程)"),
    ("simplified", "把框架简化成三十行:一次等待,每个客户端一个线程"),
    ("simplified.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("anatomy", "让一个请求走过每种运行方式,逐步显示"),
    ("upload-server", "接收文件:要么完整,要么没有"),
    ("upload-server.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("upload-server.dir", "文件存放的目录"),
    ("upload-server.max_size", "最大文件,单位字节"),
    ("upload-server.framing", "怎样区分消息:line,或文档里的 ack(保留下来看它怎样出错)"),
    ("upload-server.timeout", "客户端最多沉默多少秒"),
    ("upload", "发送文件"),
    ("upload.files", "要发送的文件"),
    ("upload.addr", "服务器地址:HOST:PORT、[::1]:PORT 或 unix:/路径"),
    ("upload.framing", "怎样区分消息:line,或文档里的 ack"),
    ("upload.timeout", "连接、每次发送和每个回答最多等多少秒"),
    ("sticky", "流里没有消息:三种寻找消息的办法"),
    ("send-vs-sendall", "一次 send 能发出多少"),
];

pub const CANNOT_LISTEN: Text = Text::new("cannot listen on {addr}", "无法监听 {addr}");
pub const CANNOT_SERVE: Text = Text::new("cannot start a thread for {peer}", "无法为 {peer} 启动线程");
pub const CANNOT_CONNECT: Text = Text::new("cannot connect to {addr}", "无法连接 {addr}");
pub const CANNOT_STORE: Text = Text::new("cannot store files in {dir}", "无法在 {dir} 中存放文件");
pub const CANNOT_UPLOAD: Text = Text::new("cannot upload {file}", "无法上传 {file}");
pub const UPLOAD_FAILED: Text = Text::new("upload from {peer} broken off", "来自 {peer} 的上传中断");
pub const LEFT: Text = Text::new("{left} handlers did not end in time", "{left} 个处理者没有按时结束");

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const UPLOAD: Text = Text::new("\nA file, sent and stored:", "\n发送并存放一个文件:");
    pub const HEADER: Text = Text::new(
        "name, the last bar, size, newline: the server knows where the file will end",
        "文件名、最后一个竖线、大小、换行:服务器由此知道文件在哪里结束",
    );
    pub const READY: Text = Text::new(
        "an answer, but not what keeps messages apart: that is the size",
        "这是回答,但区分消息的不是它,而是文件大小",
    );
    pub const RENAMED: Text = Text::new(
        "written under another name and renamed at the end: never half a file",
        "先用别的名字写入,最后改名:不会留下半个文件",
    );
    pub const STICKY: Text = Text::new(
        "\nWhat goes wrong: messages in a stream without framing.",
        "\n会出什么问题:流里的消息没有定界。",
    );
    pub const NEXT: Text = Text::new(
        "\nNext: lesson6 server --dispatch forking, and several nc 127.0.0.1 8009; lesson6 send-vs-sendall.",
        "\n接下来:运行 lesson6 server --dispatch forking,再开几个 nc 127.0.0.1 8009;还有 lesson6 send-vs-sendall。",
    );
}

/// What the anatomy says.
pub mod anatomy {
    use super::Text;

    pub const TITLE: Text = Text::new(
        "One request, step by step, in each way of running it. In brackets: who takes the step.",
        "一个请求,逐步走过每种运行方式。方括号里是执行这一步的进程和线程。",
    );
    pub const CHART: Text = Text::new(
        "\nWhat the names stand for (transport, handler, dispatch):",
        "\n这些名字代表什么(来源,处理者,运行方式):",
    );
}

/// What the part about sticky packets says.
pub mod sticky {
    use super::Text;

    pub const FOUR: Text = Text::new("Four sends, then one receive:", "四次 send,然后一次 recv:");
    pub const ONE_RECEIVE: Text = Text::new(
        "  TCP_NODELAY {no_delay}: {bytes} bytes: {data}",
        "  TCP_NODELAY {no_delay}:{bytes} 字节:{data}",
    );
    pub const ACK: Text = Text::new(
        "The documents' cure, an acknowledgement: how often does the receiver take the next header for content?",
        "文档的办法是等待应答:接收者有多少次把下一个头当成了文件内容?",
    );
    pub const ACK_RESULT: Text = Text::new(
        "  TCP_NODELAY {no_delay}, receiver {delay} ms late: {wrong} of {rounds} wrong",
        "  TCP_NODELAY {no_delay},接收者晚 {delay} 毫秒:{rounds} 次中错 {wrong} 次",
    );
    pub const HIDDEN: Text = Text::new(
        "  Without TCP_NODELAY the kernel holds the second header back for about 40 ms (Nagle): that hid it.",
        "  没有 TCP_NODELAY 时,内核会把第二个头压住约 40 毫秒(Nagle 算法):问题因此被掩盖。",
    );
    pub const FRAMED: Text = Text::new(
        "A length before each message: {right} of {tried} ways to cut the bytes give the same messages.",
        "每条消息前加长度:{tried} 种切法中有 {right} 种得到同样的消息。",
    );
}

/// What the part about send says.
pub mod send {
    use super::Text;

    pub const TITLE: Text = Text::new("64 MiB to send:", "要发送 64 MiB:");
    pub const BLOCKING: Text = Text::new("it waits until the reader has taken it", "一直等到对方读走");
    pub const FITS: Text = Text::new("what fits into the kernel's buffers", "内核缓冲区装得下多少就是多少");
    pub const TIMED: Text =
        Text::new("a part: a timeout makes a send partial too", "只有一部分:设了超时,send 也会只发一部分");
    pub const COUNTED: Text = Text::new("an error that counts", "会计数的错误");
    pub const WHOLE: Text = Text::new("however many sends that takes", "需要多少次 send 就发多少次");
}
