//! Everything that lesson 3 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 3 课:UDP。不带部分名:运行演示"),
    ("server", "显示每个数据报和它的发送者;加 --echo 则原样送回"),
    ("server.addr", "接收地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("server.echo", "把每个数据报送回去"),
    ("server.buffer", "能完整接收的最长数据报(文档里是 1024)"),
    ("client", "把输入的每一行作为一个数据报发送"),
    ("client.addr", "服务器地址:HOST:PORT、[::1]:PORT 或 unix:/路径"),
    ("client.echo", "等待每个数据报被送回"),
    ("client.timeout", "最多等多少秒"),
    ("limits", "数据报最长多少;没人收到时谁会知道"),
    ("burst", "向慢的接收者发送大量数据报:会丢多少(Linux)"),
    ("burst.count", "发送多少个数据报"),
    ("burst.size", "每个多长,单位字节"),
];

pub const PROMPT: Text = Text::new("data: ", "数据:");
pub const CANNOT_LISTEN: Text = Text::new("cannot listen on {addr}", "无法监听 {addr}");
pub const CANNOT_ANSWER: Text = Text::new("cannot answer {peer}", "无法回答 {peer}");
pub const GONE_OR_FULL: Text =
    Text::new("it has gone, has no name, or does not read", "对方已经离开,没有名字,或者不读");
pub const CANNOT_SEND: Text = Text::new("cannot send to {addr}", "无法发送给 {addr}");
pub const AT_MOST: Text =
    Text::new("a datagram has at most 65,507 bytes over IPv4", "IPv4 上一个数据报最多 65507 字节");
pub const CANNOT_RECEIVE: Text = Text::new("cannot receive from {addr}", "无法从 {addr} 接收");
pub const NO_REPLY: Text = Text::new("no reply from {addr}", "{addr} 没有回答");

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const TITLE: Text =
        Text::new("Three messages there and back, without a connection.", "三条消息一来一回,没有连接。");
    pub const NO_LISTEN: Text = Text::new(
        "no listen, no accept: one socket for everybody",
        "没有 listen,没有 accept:一个套接字接待所有人",
    );
    pub const NO_CONNECT: Text =
        Text::new("no connect: every datagram carries its address", "没有 connect:每个数据报自带地址");
    pub const SENDER: Text = Text::new(
        "the sender comes with the data; whoever drops it cannot answer",
        "发送者随数据一起到达;丢掉它就无法回答",
    );
    pub const EMPTY: Text = Text::new(
        "an empty datagram is a message; only a stream ends with 0 bytes",
        "空数据报也是一条消息;只有流才用 0 字节表示结束",
    );
    pub const BUFFER: Text = Text::new(
        "\nWhat goes wrong: a datagram longer than the buffer.",
        "\n会出什么问题:数据报比缓冲区长。",
    );
    pub const TRUNCATED: Text = Text::new(
        "the rest is gone; recv in Python would not even say so",
        "剩下的部分没了;Python 的 recv 连说都不说",
    );
    pub const LIMITS: Text = Text::new("\nLimits, and who hears of a loss:", "\n限制,以及丢失时谁会知道:");
    pub const NEXT: Text = Text::new(
        "\nNext: cargo run --bin lesson3 server --echo, and in another terminal\ncargo run --bin lesson3 client --echo.",
        "\n接下来:运行 cargo run --bin lesson3 server --echo,再在另一个终端运行\ncargo run --bin lesson3 client --echo。",
    );
}

/// Remarks of the tour of limits.
pub mod limits {
    use super::Text;

    pub const FITS: Text = Text::new("the longest over IPv4", "IPv4 下最长的数据报");
    pub const WHOLE: Text = Text::new("arrives whole, or not at all", "要么整个到达,要么根本不到");
    pub const TOO_LONG: Text = Text::new("refused: nothing is sent", "被拒绝:什么也没发出");
    pub const EMPTY: Text = Text::new("an empty message", "一条空消息");
    pub const NOT_THE_END: Text = Text::new("it arrives, and is no end", "它到达了,而且不代表结束");
    pub const CUT: Text = Text::new("cut to the buffer", "被截到缓冲区的长度");
    pub const REST_IS_LOST: Text =
        Text::new("the next datagram: the rest of the first is lost", "是下一个数据报:上一个的剩余部分丢了");
    pub const SILENCE: Text = Text::new("nobody there, nobody told", "没有人在,也没有人告诉你");
    pub const NOT_YET: Text =
        Text::new("sent; the answer \"nobody\" comes back", "已发出;“没有人”的回报正在路上");
    pub const TOLD: Text =
        Text::new("a connected socket is told, one call late", "连接过的套接字会得知,但晚一次调用");
}

/// What the burst says.
pub mod burst {
    use super::Text;

    pub const TITLE: Text = Text::new(
        "{count} numbered datagrams of {size} bytes to a receiver that sleeps until all are sent:",
        "向一个睡着的接收者发送 {count} 个编号的数据报,每个 {size} 字节,全部发完它才醒:",
    );
    pub const RESULT: Text = Text::new(
        "  SO_RCVBUF {buffer}: received {received}, lost {lost}, reordered {reordered}, with {calls} receive calls",
        "  SO_RCVBUF {buffer}:收到 {received},丢失 {lost},乱序 {reordered},用了 {calls} 次接收调用",
    );
    pub const WHY: Text = Text::new(
        "  Each datagram is charged with more than its bytes. A larger buffer keeps more; the kernel grants at\n  most twice net.core.rmem_max. The last row takes up to 32 datagrams with one recvmmsg.",
        "  每个数据报占用的内存比它的字节数多。缓冲区大,留下的就多;内核最多给到 net.core.rmem_max 的两倍。\n  最后一行用 recvmmsg,一次调用最多取 32 个数据报。",
    );
}
