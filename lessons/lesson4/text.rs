//! Everything that lesson 4 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 4 课:IVR 机器人。不带部分名:运行演示"),
    ("server", "机器人,和文档一样一次接待一个来电"),
    ("server.addr", "监听地址:HOST:PORT、[::1]:PORT 或 unix:/路径;端口 0 表示任选一个空闲端口"),
    ("server.timeout", "来电者最多沉默多少秒"),
    ("client", "打电话给机器人:每行一条消息"),
    ("client.addr", "服务器地址:HOST:PORT、[::1]:PORT 或 unix:/路径"),
    ("client.timeout", "最多等多少秒"),
    ("naive", "文档里的机器人:把一次 recv 当成一条消息"),
    ("naive.addr", "监听地址:HOST:PORT;端口 0 表示任选一个空闲端口"),
];

pub const PROMPT: Text = Text::new("please input: ", "请输入:");
pub const CANNOT_LISTEN: Text = Text::new("cannot listen on {addr}", "无法监听 {addr}");
pub const CANNOT_ACCEPT: Text =
    Text::new("cannot accept a caller now; waiting", "暂时无法接受新的来电,先等一等");
pub const CALLER_FAILED: Text = Text::new("caller {peer} is gone", "来电者 {peer} 断开了");
pub const HUNG_UP_ON: Text = Text::new("caller {peer} is hung up on", "挂断来电者 {peer}");
pub const TOO_SILENT: Text = Text::new(
    "it said nothing and took nothing for as long as --timeout allows",
    "对方沉默得比 --timeout 允许的还久",
);
pub const CANNOT_CONNECT: Text = Text::new("cannot connect to {addr}", "无法连接 {addr}");
pub const CANNOT_SEND: Text = Text::new("cannot send to {addr}", "无法发送给 {addr}");
pub const SILENT: Text = Text::new("the line to {addr} is silent", "{addr} 的线路没有声音");
pub const HUNG_UP: Text = Text::new("the other side hung up", "对方挂断了");

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const TITLE: Text = Text::new("A call, message by message.", "一通电话,逐条消息。");
    pub const ENTER: Text = Text::new(
        "Enter alone: one byte, the newline; the document's client would send nothing and wait",
        "只按回车:一个字节,即换行;文档里的客户端什么也不发,然后干等",
    );
    pub const EXIT: Text =
        Text::new("a message that the bot does not answer: it hangs up", "机器人不回答这条消息,而是挂断");
    pub const SECOND: Text = Text::new(
        "\nWhat goes wrong, 1: a second caller while the first is on the line.",
        "\n会出什么问题之一:第一个来电还没结束,第二个来电进来了。",
    );
    pub const AT_ONCE: Text = Text::new("  {ms} ms: greeted", "  {ms} 毫秒:听到欢迎词");
    pub const NOTHING: Text = Text::new("  {ms} ms: nothing", "  {ms} 毫秒:没有任何回答");
    pub const GREETED: Text = Text::new(
        "  {ms} ms: greeted after the first had hung up (one thread, one caller: lesson 5 mends it)",
        "  {ms} 毫秒:第一个挂断后才听到欢迎词(一个线程,一个来电:第 5 课来改进)",
    );
    pub const GLUED: Text = Text::new(
        "\nWhat goes wrong, 2: two messages that arrive together.",
        "\n会出什么问题之二:两条消息一起到达。",
    );
    pub const GOES_ON: Text = Text::new("and the call goes on", "通话继续");
    pub const HANGS_UP: Text = Text::new("and it hangs up", "然后挂断");
    pub const HANGING_UP: Text = Text::new(
        "\nWhat goes wrong, 3: the caller has said everything (EOF), and then hangs up.",
        "\n会出什么问题之三:来电者说完了(EOF),随后挂断。",
    );
    pub const ANSWERS: Text = Text::new(
        "  {part}: {answers} answers within 0.1 s to a caller who said nothing",
        "  {part}:0.1 秒内对一言不发的来电者回答了 {answers} 次",
    );
    pub const ENDED: Text = Text::new(
        "           then the whole server ended: {error}",
        "           然后整个服务器结束了:{error}",
    );
    pub const NEXT: Text = Text::new(
        "\nNext: cargo run --bin lesson4 server, and nc 127.0.0.1 8888 in two other terminals.",
        "\n接下来:运行 cargo run --bin lesson4 server,再在另外两个终端运行 nc 127.0.0.1 8888。",
    );
}
