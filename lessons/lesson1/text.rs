//! Everything that lesson 1 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 1 课:套接字基础。不带部分名:运行演示"),
    ("server", "一次服务一个客户端:读请求,回答,关闭"),
    ("server.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("server.timeout", "客户端最多沉默多少秒"),
    ("client", "发送一个请求,显示回答"),
    ("client.addr", "服务器地址:HOST:PORT、[::1]:PORT 或 unix:/路径"),
    ("client.text", "发送的内容"),
    ("client.timeout", "连接、发送和每次接收最多等多少秒"),
    ("naive", "初学者写法的服务器,用来看它怎样出错"),
    ("naive.addr", "监听地址:HOST:PORT;端口 0 表示任选一个空闲端口"),
    ("api", "逐个调用套接字函数,显示本机的真实结果"),
    ("families", "本机内核支持哪些地址族和类型,并各做一次回显"),
    ("file", "套接字也是文件描述符:哪些操作可用,哪些不可用(Linux)"),
    ("reuse", "TIME_WAIT、SO_REUSEADDR(地址重用)和 SO_REUSEPORT(端口复用)(Linux)"),
    ("backlog", "没有人 accept 时,多少客户端可以排队(Linux)"),
];

pub const CANNOT_LISTEN: Text = Text::new("cannot listen on {addr}", "无法监听 {addr}");
pub const CANNOT_ACCEPT: Text =
    Text::new("cannot accept a client now; waiting", "暂时无法接受新的客户端,先等一等");
pub const CLIENT_FAILED: Text = Text::new("client {peer} is gone", "客户端 {peer} 断开了");
pub const HUNG_UP_ON: Text = Text::new("client {peer} is hung up on", "挂断客户端 {peer}");
pub const TOO_SILENT: Text = Text::new(
    "it said nothing and took nothing for as long as --timeout allows",
    "它沉默得比 --timeout 允许的还久",
);
pub const CANNOT_CONNECT: Text = Text::new("cannot connect to {addr}", "无法连接 {addr}");
pub const CANNOT_SEND: Text = Text::new("cannot send to {addr}", "无法发送给 {addr}");
pub const CANNOT_RECEIVE: Text = Text::new("cannot receive from {addr}", "无法从 {addr} 接收");
pub const NO_REPLY: Text =
    Text::new("no reply from {addr}: it hung up without a word", "{addr} 没有回答就挂断了");

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const TITLE: Text = Text::new(
        "One server, one client. Each line is a call that was really made, in an order in which it can have happened.",
        "一个服务器,一个客户端。每一行都是真实发生过的调用,按一种可能的先后顺序排列。",
    );
    pub const ACCEPT: Text = Text::new(
        "a new socket for this one client; the listener goes on listening",
        "为这个客户端新建的套接字;监听套接字继续监听",
    );
    pub const CONNECT: Text = Text::new(
        "the kernel made the connection; the server has not called accept yet",
        "连接由内核建立;此时服务器还没有调用 accept",
    );
    pub const RECV: Text = Text::new(
        "6 characters are 18 bytes of UTF-8: sockets carry bytes, not text",
        "6 个汉字是 18 个 UTF-8 字节:套接字传送的是字节,不是文字",
    );
    pub const SHUTDOWN: Text = Text::new(
        "\"I have said everything\": the client will see the end after the last byte",
        "“我说完了”:客户端读完最后一个字节后会看到结束",
    );
    pub const EOF: Text = Text::new(
        "0 bytes is not an empty message: the other side has closed",
        "0 字节不是空消息,而是对方已经关闭",
    );
    pub const SILENT: Text = Text::new(
        "\nWhat goes wrong: a client that connects and says nothing, and another one behind it.",
        "\n会出什么问题:一个客户端连上后一言不发,后面还排着另一个客户端。",
    );
    pub const NAIVE: Text = Text::new(
        "  naive server:  the second client had no answer after {ms} ms; the server still waits for the first",
        "  朴素的服务器:第二个客户端等了 {ms} 毫秒仍没有回答;服务器还在等第一个",
    );
    pub const NAIVE_SURPRISE: Text = Text::new(
        "  naive server:  the second client was answered after {ms} ms, which should not happen",
        "  朴素的服务器:第二个客户端在 {ms} 毫秒后得到了回答,这本不该发生",
    );
    pub const PATIENT: Text = Text::new(
        "  with a limit:  the second client was answered after {ms} ms, when the first one's 0.3 s were over",
        "  有时限的服务器:第一个客户端的 0.3 秒用完,第二个客户端在 {ms} 毫秒后得到回答",
    );
    pub const NEXT: Text = Text::new(
        "\nNext: cargo run --bin lesson1 server, and in another terminal cargo run --bin lesson1 client;\ncargo run --bin lesson1 -- --help lists all parts.",
        "\n接下来:运行 cargo run --bin lesson1 server,再在另一个终端运行 cargo run --bin lesson1 client;\ncargo run --bin lesson1 -- --help 列出所有部分。",
    );
}

/// Remarks of the tour of calls.
pub mod api {
    use super::Text;

    pub const DESCRIPTOR: Text = Text::new("a small number: a file descriptor", "一个小整数:文件描述符");
    pub const SAME: Text = Text::new("the same number", "同一个整数");
    pub const PORT: Text = Text::new("port 0: the kernel chose one", "端口 0:由内核挑选");
    pub const CLIENTS_CAN: Text = Text::new("clients can connect from here on", "从现在起客户端可以连接");
    pub const BY_KERNEL: Text = Text::new("made by the kernel", "由内核建立");
    pub const SERVER: Text = Text::new("the server", "服务器");
    pub const REST: Text = Text::new("the rest", "剩下的部分");
    pub const NOBODY_YET: Text =
        Text::new("non-blocking, nobody there: an error, no wait", "非阻塞且没有客户端:立即报错,不等待");
    pub const NEW_SOCKET: Text = Text::new("a new socket; the listener stays", "新的套接字;监听套接字不变");
    pub const REFUSED: Text = Text::new(
        "a number instead of an error: 111 on Linux, 10061 on Windows",
        "返回错误号而不抛异常:Linux 是 111,Windows 是 10061",
    );
    pub const UNCONNECTED: Text = Text::new("not connected to anybody", "还没有连接任何人");
    pub const UTF8: Text = Text::new("two characters, six bytes", "两个汉字,六个字节");
    pub const PEEKED: Text = Text::new("looked at, still there", "只看一眼,数据还在");
    pub const CUT: Text = Text::new(
        "four bytes: one character and a third of the next",
        "四个字节:一个汉字和下一个汉字的三分之一",
    );
    pub const NOTHING: Text = Text::new("nothing to receive, no wait", "没有数据,立即返回");
    pub const LATE: Text = Text::new("nothing came in time", "规定时间内没有数据");
    pub const PART: Text =
        Text::new("a part: what the kernel's buffers hold", "只发出一部分:内核缓冲区能装多少就是多少");
    pub const WHOLE: Text = Text::new(
        "everything, because this send may wait for the reader",
        "全部发出,因为这个 send 可以等待对方读取",
    );
    pub const PART_ERROR: Text = Text::new(
        "the error says how many bytes went out; Python's does not",
        "错误会说明已发出多少字节;Python 不会",
    );
    pub const TAKEN: Text = Text::new("bytes taken, not bytes arrived", "内核收下了,不等于对方收到了");
    pub const WITH_SENDER: Text = Text::new("data and sender", "数据和发送者");
    pub const HALF: Text = Text::new("half-close: I have said everything", "半关闭:我说完了");
    pub const END: Text = Text::new("the end; again and again", "到头了;再读还是 0");
    pub const STILL: Text = Text::new("the other way is still open", "另一个方向仍然畅通");
    pub const FIRST: Text =
        Text::new("the peer has closed, but the kernel does not know yet", "对方已关闭,但内核还不知道");
    pub const SECOND: Text = Text::new("now it knows", "现在知道了");
    pub const MOVED: Text = Text::new(
        "close takes the socket away: using it afterwards does not compile",
        "close 把套接字拿走:之后再用,编译不通过",
    );
}

/// What the other tours say.
pub mod tour {
    use super::Text;

    pub const FAMILIES: Text = Text::new(
        "Linux answers these; other systems have other rows. RAW needs privilege (CAP_NET_RAW).",
        "以下是 Linux 的回答;别的系统会有所不同。RAW 需要特权(CAP_NET_RAW)。",
    );
    pub const ENTRY: Text = Text::new("the descriptor is a link to", "描述符指向");
    pub const WRITTEN: Text = Text::new("write(2) on the descriptor sent", "对描述符 write(2),发出");
    pub const READ: Text = Text::new("read(2) on the other one returned", "对另一个描述符 read(2),得到");
    pub const SEEK: Text = Text::new("lseek(2): a stream has no position", "lseek(2):流没有读写位置");
    pub const HALF_CLOSED: Text = Text::new(
        "half-close, which a file has not: one side ended, the other still talks",
        "半关闭,文件没有这种操作:一个方向结束,另一个方向仍可通信",
    );
    pub const TIME_WAIT: Text = Text::new(
        "A server closes first; its side of the connection stays in TIME_WAIT. A new server on that port:",
        "服务器先关闭,它这一端的连接会停留在 TIME_WAIT。此时在同一端口启动新服务器:",
    );
    pub const OLD_NEW: Text = Text::new(
        "  SO_REUSEADDR old {old}, new {new}: bind {result}, connections in TIME_WAIT there: {waiting}",
        "  SO_REUSEADDR 旧 {old},新 {new}:bind {result},该端口上 TIME_WAIT 的连接数:{waiting}",
    );
    pub const BOTH_NEEDED: Text = Text::new(
        "  So the option does not free anything: it lets the new server bind beside what is left, and on Linux both must have set it.",
        "  可见这个选项并不会释放什么:它只是允许新服务器与残留连接共存,而且在 Linux 上新旧两方都要设置。",
    );
    pub const TWO_SOCKETS: Text = Text::new(
        "Two sockets on one port, both with SO_REUSEADDR:",
        "两个套接字用同一端口,都设置 SO_REUSEADDR:",
    );
    pub const SPREAD: Text = Text::new(
        "Two listeners with SO_REUSEPORT; the kernel spreads {total} clients: {first} and {second}",
        "两个监听套接字都设置 SO_REUSEPORT;内核把 {total} 个客户端分配为:{first} 和 {second}",
    );
    pub const BACKLOG: Text = Text::new(
        "Nobody calls accept; {extra} more clients than listen(n) names try to connect (Linux):",
        "没有人调用 accept;尝试连接的客户端比 listen(n) 的 n 多 {extra} 个(Linux):",
    );
    pub const WAITING: Text = Text::new(
        "  listen({n}): {connected} connected, {hanging} hang, {refused} refused; the kernel counts {waiting} waiting, limit {limit}",
        "  listen({n}):{connected} 个连上,{hanging} 个悬着,{refused} 个被拒绝;内核记录 {waiting} 个在排队,上限 {limit}",
    );
    pub const CAPPED: Text = Text::new(
        "  listen({n}): the limit in force is {limit}; the kernel cuts it without a word (net.core.somaxconn)",
        "  listen({n}):实际上限是 {limit};内核不声不响地削减(net.core.somaxconn)",
    );
    pub const STD: Text = Text::new(
        "  std::net::TcpListener::bind: the limit in force is {limit}",
        "  std::net::TcpListener::bind:实际上限是 {limit}",
    );
}
