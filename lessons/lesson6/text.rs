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
    ("idle", "一个空闲客户端的代价:线程、进程、内存"),
    ("idle.clients", "多少个空闲客户端"),
    ("sticky", "流里没有消息:三种寻找消息的办法"),
    ("stream", "三条消息,每次接收得到什么,规则又从中读出什么"),
    ("stream.rule", "接收方怎样找出消息"),
    ("stream.receive", "一次接收最多取多少字节"),
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
        "\nNext: cargo run --bin lesson6 server --dispatch forking, and several nc 127.0.0.1 8009;\ncargo run --bin lesson6 send-vs-sendall.",
        "\n接下来:运行 cargo run --bin lesson6 server --dispatch forking,再开几个 nc 127.0.0.1 8009;\n还有 cargo run --bin lesson6 send-vs-sendall。",
    );
}

/// What the anatomy says.
pub mod anatomy {
    use super::Text;

    pub const TITLE: Text = Text::new(
        "One request, step by step, in each way of running it. In brackets: who takes the step.",
        "一个请求,逐步走过每种运行方式。方括号里是执行这一步的进程和线程。",
    );
    pub const CONSTRUCTOR: Text = Text::new("\nthe constructor:", "\n构造函数:");
    pub const PYTHONS: Text = Text::new(
        "  (Python: TCPServer.__init__ > BaseServer.__init__ > server_bind > server_activate)",
        "  (Python:TCPServer.__init__ > BaseServer.__init__ > server_bind > server_activate)",
    );

    /// Columns of a terminal that the longest name of a row takes.
    pub const WIDTH: usize = 28;

    pub const AT_ONCE: Text = Text::new(
        "\nTwo clients, and the first one stays: is the second one answered?",
        "\n两个客户端,第一个不走:第二个得到回答吗?",
    );
    pub const SELECTOR_INLINE: Text = Text::new("a selector, no threads:", "有选择器,没有线程:");
    pub const SELECTOR_THREADS: Text = Text::new("a selector, and threads:", "有选择器,也有线程:");
    pub const ACCEPT_THREADS: Text = Text::new("no selector, but threads:", "没有选择器,有线程:");
    pub const YES: Text = Text::new("yes", "是");
    pub const NO: Text = Text::new("no", "否");
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
        "  Without TCP_NODELAY the second header waits for an acknowledgement (Nagle), which comes about 40 ms late: that hid it.",
        "  没有 TCP_NODELAY 时,第二个头要等确认才发出(Nagle 算法),而确认约晚 40 毫秒:问题因此被掩盖。",
    );
    pub const GONE: Text = Text::new(
        "A client announces 1000 bytes, sends 400 and goes. The documents' loop, while less than 1000 are there:",
        "一个客户端声称有 1000 字节,发了 400 就走了。文档的循环,只要不足 1000 就继续:",
    );
    pub const FOR_EVER: Text = Text::new(
        "  {received} bytes, then recv returned 0 bytes {zeros} times in {ms} ms; it would never end",
        "  收到 {received} 字节,之后 {ms} 毫秒内 recv 返回 0 字节 {zeros} 次;它永远不会结束",
    );
    pub const ENDS: Text = Text::new(
        "  lesson6 upload-server: the first 0 bytes are the end; {files} files stored, {error}",
        "  lesson6 upload-server:第一次 0 字节就是结束;存放了 {files} 个文件,{error}",
    );
    pub const FRAMED: Text = Text::new(
        "A length before each message: {right} of {tried} ways to cut the bytes give the same messages.",
        "每条消息前加长度:{tried} 种切法中有 {right} 种得到同样的消息。",
    );
}

/// What the part about idle clients says.
pub mod idle {
    use super::Text;

    pub const ZOMBIES: Text = Text::new(
        "{children} forked children have ended, and nobody has waited for them: {zombies} zombies",
        "{children} 个子进程已经结束,还没有人等待它们:{zombies} 个僵尸进程",
    );
    pub const COUNTED: Text = Text::new(
        "each has added 1 to the parent's counter: theirs say {counted}, the parent's says {served}",
        "每个子进程都给父进程的计数器加了 1:它们的是 {counted},父进程的是 {served}",
    );
    pub const COLLECTED: Text =
        Text::new("after waiting: {zombies} zombies", "等待之后:{zombies} 个僵尸进程");
    pub const TITLE: Text = Text::new(
        "\n{clients} clients, each answered once and then silent:",
        "\n{clients} 个客户端,各得到一次回答,然后沉默:",
    );
    pub const HEAD: Text = Text::new(
        "  server     threads  children  KiB a client",
        "  服务器      线程数  子进程数  每客户端 KiB",
    );
    pub const PSS: Text = Text::new(
        "  (memory: Pss of /proc/PID/smaps_rollup; a page that several processes share is counted once)",
        "  (内存:/proc/PID/smaps_rollup 的 Pss;几个进程共享的页只算一次)",
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
