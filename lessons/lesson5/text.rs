//! Everything that lesson 5 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 5 课:一个线程,许多客户端。不带部分名:运行演示"),
    ("stdin", "带时限地等待标准输入"),
    ("stdin.mechanism", "用哪个系统调用等待"),
    ("print-server", "第一个循环:显示任何客户端发来的内容"),
    ("print-server.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("print-server.mechanism", "用哪个系统调用等待"),
    ("two-doors", "一次等待两个监听套接字,每个连接一个线程"),
    ("two-doors.addr", "第一扇门:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("two-doors.addr2", "第二扇门(缺省为下一个端口;第一扇门用空闲端口时也任选)"),
    ("two-doors.timeout", "来电者最多沉默多少秒"),
    ("server", "用一个线程为任意多个客户端回显"),
    ("server.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("server.mechanism", "用哪个系统调用等待(epoll 仅限 Linux)"),
    ("server.trigger", "何时报告:只要就绪(level,水平触发),或只报一次(edge,边缘触发,仅 epoll)"),
    ("server.quiet", "不显示 accept、received、sent 和 closed"),
    ("limits", "能有多少描述符,哪种机制能监视它们"),
    ("lists", "三个列表究竟报告什么:空闲、缓冲区满、重置、带外字节、文件、超时"),
    ("turns", "一圈一圈地看循环:四个小故事"),
    ("turns.story", "看哪一个故事"),
    ("compare", "一次等待的代价,以及两种触发方式各唤醒多少次"),
    ("compare.csv", "同时把测量结果写成 CSV"),
    ("compare.max", "最多测量多少个描述符"),
];

pub const CANNOT_LISTEN: Text = Text::new("cannot listen on {addr}", "无法监听 {addr}");
pub const CANNOT_ACCEPT: Text =
    Text::new("cannot accept a client now; waiting", "暂时无法接受新的客户端,先等一等");
pub const CANNOT_SERVE: Text = Text::new("cannot start a thread for {peer}", "无法为 {peer} 启动线程");
pub const CANNOT_WATCH: Text = Text::new("cannot watch a client", "无法监视一个客户端");
pub const CANNOT_WATCH_STDIN: Text =
    Text::new("{mechanism} cannot watch standard input", "{mechanism} 无法监视标准输入");
pub const NO_FILES: Text = Text::new(
    "epoll refuses files, which never make anybody wait; try --mechanism select or poll",
    "epoll 拒绝普通文件:读它从不需要等待;试试 --mechanism select 或 poll",
);
pub const OTHER_MECHANISM: Text =
    Text::new("try --mechanism poll or epoll", "试试 --mechanism poll 或 epoll");
pub const LINE_TOO_LONG: Text =
    Text::new("a line over {limit} bytes was dropped", "丢弃了一行超过 {limit} 字节的输入");
pub const REFUSED: Text = Text::new("cannot watch client {peer}", "无法监视客户端 {peer}");
pub const ONLY_EPOLL: Text = Text::new(
    "{mechanism} is level-triggered: --trigger edge needs --mechanism epoll",
    "{mechanism} 只有水平触发:--trigger edge 需要 --mechanism epoll",
);

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const TITLE: Text = Text::new("Two clients, one thread.", "两个客户端,一个线程。");
    pub const WAIT: Text = Text::new(
        "one call waits for the listener and every client",
        "一次调用同时等待监听套接字和所有客户端",
    );
    pub const READY: Text = Text::new(
        "only these have something to do; nobody else is touched",
        "只有这些有事可做,不必理会其他的",
    );
    pub const SEND: Text = Text::new(
        "taken by the kernel at once: nothing is queued, so nobody is watched for writing",
        "内核立即收下:没有排队的数据,也就不必关注可写",
    );
    pub const WRITE_SET: Text = Text::new(
        "\nWhat goes wrong, 1: an idle client left in the write set. Turns of the loop in 0.1 s:",
        "\n会出什么问题之一:空闲的客户端留在可写集合里。0.1 秒内循环的圈数:",
    );
    pub const TURNS: Text = Text::new("  watched for {interest}: {turns}", "  关注{interest}:{turns}");
    pub const READ_WRITE: Text = Text::new("read, write", "可读、可写");
    pub const READ: Text = Text::new("read       ", "可读      ");
    pub const SLOW: Text = Text::new(
        "\nWhat goes wrong, 2: one client sends and does not read. Another one asks for an echo:",
        "\n会出什么问题之二:一个客户端只发不读。另一个客户端请求回显:",
    );
    pub const STUCK: Text = Text::new(
        "  {server}: no answer after {ms} ms; it waits in a write for the one that does not read",
        "  {server}:{ms} 毫秒后仍无回答;卡在向那个不读数据的客户端写数据",
    );
    pub const ANSWERED: Text =
        Text::new("  {server}: answered after {ms} ms", "  {server}:{ms} 毫秒后得到回答");
    pub const NEXT: Text = Text::new(
        "\nNext: cargo run --bin lesson5 server, and several nc 127.0.0.1 10000;\ncargo run --release --bin lesson5 compare with all sizes.",
        "\n接下来:运行 cargo run --bin lesson5 server,再开几个 nc 127.0.0.1 10000;\ncargo run --release --bin lesson5 compare 测量所有规模。",
    );
}

/// What the part about limits says.
pub mod limits {
    use super::Text;

    pub const NOFILE: Text = Text::new(
        "RLIMIT_NOFILE: soft limit {soft} (ulimit -n), hard limit {hard}",
        "RLIMIT_NOFILE:软限制 {soft}(ulimit -n),硬限制 {hard}",
    );
    pub const LAST: Text =
        Text::new("the last descriptor under the soft limit: {fd}", "软限制之内最后一个描述符:{fd}");
    pub const NEXT: Text = Text::new("descriptor {fd}: {result}", "描述符 {fd}:{result}");
    pub const WATCHED: Text =
        Text::new("  {mechanism} descriptor {fd}: {result}", "  {mechanism} 描述符 {fd}:{result}");
    pub const TOO_HIGH: Text = Text::new(
        "select can only watch those below {size} (FD_SETSIZE); use poll or epoll",
        "只能监视 {size} 以下的描述符 (FD_SETSIZE);请用 poll 或 epoll",
    );
    pub const SETSIZE: Text = Text::new(
        "FD_SETSIZE: {size}, a constant of the C library; no setting of the kernel changes it",
        "FD_SETSIZE:{size},是 C 库的常量,内核的任何设置都不能改变它",
    );
    pub const MAP: Text = Text::new(
        "mmap of an epoll descriptor: {result}; it shares no memory with its program, the ready ones are copied",
        "对 epoll 描述符做 mmap:{result};它不与程序共享内存,就绪的描述符是复制出来的",
    );
    pub const ELSEWHERE: Text = Text::new(
        "elsewhere (from the manuals, not tried here): macOS has select, poll and kqueue; Windows select, for sockets only",
        "其他系统(据手册,未在此试过):macOS 有 select、poll 和 kqueue;Windows 有 select,只用于套接字",
    );
}

/// What the stories say.
pub mod turns {
    use super::Text;

    pub const TURNS: Text = Text::new(
        "{turns} turns of the loop; clients still there: {left}. See each turn with --trace.",
        "循环了 {turns} 圈;还有 {left} 个客户端。用 --trace 看每一步。",
    );
}

/// What the comparison says.
pub mod compare {
    use super::Text;

    pub const IDLE: Text = Text::new(
        "CPU time of one wait (it blocks 0.2 ms) while so many descriptors are idle:",
        "有这么多空闲描述符时,一次等待(阻塞 0.2 毫秒)所用的 CPU 时间:",
    );
    pub const READY: Text = Text::new("The same with all of them ready:", "全部就绪时:");
    pub const SHAPES: Text = Text::new(
        "  select and poll look at all that are watched; epoll at those that are ready. When all are, all three\n  have much to do. (select ends at 1,024; one wait of epoll reports 1,024 here.)",
        "  select 和 poll 每次查看全部被监视的描述符,epoll 只看就绪的。全部就绪时,三者都有许多事要做。\n  (select 到 1024 为止;这里 epoll 一次等待最多报告 1024 个。)",
    );
    pub const CANNOT_WRITE: Text = Text::new("cannot write {path}", "无法写入 {path}");
}

/// What the part about the three lists says.
pub mod lists {
    use super::Text;

    /// Columns of a terminal that the longest name of a row takes.
    pub const WIDTH: usize = 34;

    pub const TITLE: Text = Text::new(
        "In which lists one wait reports a descriptor that is watched for all: r read, w write, x exceptional.",
        "同时监视可读、可写和异常的描述符,一次等待把它报告在哪些列表里:r 可读,w 可写,x 异常。",
    );
    pub const IDLE: Text = Text::new("a peer that says nothing", "对方什么也不说");
    pub const FULL: Text = Text::new("a peer that reads nothing: full", "对方什么也不读:缓冲区已满");
    pub const RESET: Text = Text::new("a peer that has reset", "对方已重置连接");
    pub const THEN: Text = Text::new("    then recv: {error}", "    随后 recv:{error}");
    pub const URGENT: Text = Text::new("a byte out of band", "一个带外字节");
    pub const FILE: Text = Text::new("a regular file", "普通文件");
    pub const FILE_END: Text = Text::new("a regular file, at its end", "普通文件,已到末尾");
    pub const TIMEOUT: Text =
        Text::new("An idle pipe, and a time limit of {limit} ms:", "一个空闲的管道,时限 {limit} 毫秒:");
    pub const AFTER: Text = Text::new("after {ms} ms", "{ms} 毫秒后");
    pub const BUFFERED: Text = Text::new(
        "Three lines at once, and a reader with a buffer of its own, which was asked for one:",
        "三行同时到达,读取的一方自带缓冲区,只要了一行:",
    );
    pub const FIRST: Text = Text::new("  it returned: {line}", "  它返回:{line}");
    pub const KERNEL: Text = Text::new("  the next wait : {found}", "  下一次等待:{found}");
    pub const HIDDEN: Text = Text::new("  in its buffer : {lines}", "  在它的缓冲区里:{lines}");
}

/// What the comparison of triggers says.
pub mod wakeups {
    use super::Text;

    pub const TITLE: Text = Text::new(
        "4 MiB through epoll, {piece} bytes a receive:",
        "用 epoll 接收 4 MiB,每次接收 {piece} 字节:",
    );
    pub const DRAINS: Text = Text::new("until there is nothing left", "一直读到没有数据");
    pub const ONCE: Text = Text::new("one receive a wake-up      ", "每次唤醒只读一次");
    pub const RESULT: Text = Text::new(
        "  {trigger}, {how}: {wakeups} wake-ups, {received} bytes{stalled}",
        "  {trigger},{how}:唤醒 {wakeups} 次,收到 {received} 字节{stalled}",
    );
    pub const STALLED: Text = Text::new(": stalled, the rest is never reported", ":停住了,剩下的不再报告");
}
