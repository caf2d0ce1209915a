//! Everything that lesson 2 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 2 课:网页 Hello。不带部分名:运行演示"),
    ("server", "从不重置客户端的网页服务器:/ 和 /zh,所有客户端共用一个线程"),
    ("server.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("server.timeout", "一个请求最多用多少秒"),
    ("threads", "同样的服务器,每个客户端一个线程:上一步的做法"),
    ("threads.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("threads.timeout", "一个请求最多用多少秒"),
    ("tutorial", "文档里的十五行服务器,原样照写,用来看它怎样出错"),
    ("tutorial.addr", "监听地址:HOST:PORT;端口 0 表示任选一个空闲端口"),
    ("tutorial.text", "作为正文发送的内容"),
    ("get", "小客户端:显示状态行、头部和正文"),
    ("get.url", "要获取的地址:http://HOST[:PORT][/PATH]"),
    ("get.timeout", "连接、发送和每次接收最多等多少秒"),
];

pub const CANNOT_LISTEN: Text = Text::new("cannot listen on {addr}", "无法监听 {addr}");
pub const CANNOT_SERVE: Text = Text::new("cannot start a thread for {peer}", "无法为 {peer} 启动线程");
pub const CANNOT_CONNECT: Text = Text::new("cannot connect to {addr}", "无法连接 {addr}");
pub const CANNOT_SEND: Text = Text::new("cannot send to {addr}", "无法发送给 {addr}");
pub const CANNOT_RECEIVE: Text = Text::new("cannot receive from {addr}", "无法从 {addr} 接收");
pub const TOO_LONG: Text = Text::new(
    "{addr} sent more than 16 MiB: not a page for this client",
    "{addr} 发送了超过 16 MiB:这个小客户端装不下",
);
pub const NOT_WHOLE: Text = Text::new(
    "no whole answer from {addr}: it is empty, cut short, or no HTTP",
    "{addr} 的回答不完整:是空的,被截断了,或者不是 HTTP",
);

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const TITLE: Text = Text::new("One page, asked for and sent.", "请求并发送一个页面。");
    pub const REQUEST: Text = Text::new(
        "a request is lines of text; an empty line ends it, not the end of a receive",
        "请求就是几行文字;结束它的是一个空行,而不是一次 recv",
    );
    pub const REPLY: Text = Text::new(
        "Content-Length counts bytes: 13 for these 5 characters",
        "Content-Length 数的是字节:这 5 个字符是 13 字节",
    );
    pub const SHUTDOWN: Text = Text::new(
        "first the goodbye, then the close: no reply is lost to a reset",
        "先说再见,再关闭:回答不会因连接重置而丢失",
    );
    pub const CHARSET: Text = Text::new(
        "readable because the server said charset=utf-8; nobody has to set it in the browser",
        "能读懂,是因为服务器说明了 charset=utf-8;不必去浏览器里设置编码",
    );
    pub const ONE_BYTE: Text = Text::new(
        "\nWhat goes wrong: a request that is longer than the document's recv(1024).",
        "\n会出什么问题:请求比文档里的 recv(1024) 更长。",
    );
    pub const WHY_RESET: Text = Text::new(
        "  Closing a socket with unread input makes the kernel reset the connection. The server reads to the\n  empty line, and drains before it closes.",
        "  关闭还有未读数据的套接字,内核会重置连接。server 一直读到空行,并在关闭前把数据读完。",
    );
    pub const NEXT: Text = Text::new(
        "\nNext: cargo run --bin lesson2 server, and open http://127.0.0.1:8080/ and /zh in a browser.",
        "\n接下来:运行 cargo run --bin lesson2 server,用浏览器打开 http://127.0.0.1:8080/ 和 /zh。",
    );
}
