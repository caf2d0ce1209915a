//! Everything that lesson 8 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 8 课:进程与进程池(Linux)。不带部分名:运行演示"),
    ("processes", "子进程打招呼;它们怎样结束,启动一个要花多少"),
    ("processes.count", "启动多少个子进程"),
    ("processes.sleep", "每个子进程打招呼之后停留多少秒"),
    ("processes.way", "怎样启动子进程:fork(复制)或 spawn(重新启动本程序)"),
    ("processes.measure", "同时测量启动子进程的开销"),
    ("isolation", "不共享的列表"),
    ("isolation.count", "启动多少个子进程"),
    ("array", "共享的数字,它们的类型和界限"),
    ("array.first", "哪个子进程先运行,0 或 1;不给出则谁快谁先"),
    ("dict", "放在另一个进程里的字典"),
    ("dict.sleep", "子进程修改字典之后再活多少秒"),
    ("dict.measure", "同时测量查一次字典的开销"),
    ("join", "join 放在循环里,和放在循环后"),
    ("join.count", "启动多少个子进程"),
    ("join.sleep", "每个子进程睡多少秒"),
    ("lock", "加锁的计数器:读得太早、没有加锁、持有者被杀死"),
    ("lock.count", "多少个子进程各加 1"),
    ("pool", "五个工作进程,十个任务,以及等待它们的各种方式"),
    ("pool.workers", "多少个工作进程"),
    ("pool.tasks", "多少个任务"),
    ("pool.sleep", "每个任务用多少秒"),
    ("pool.no_join", "不等任务就结束:看看省略 join 会怎样"),
    ("timeline", "哪个任务何时运行,在哪个进程里"),
    ("timeline.story", "向进程池要求什么"),
    ("crash", "回不来的任务,以及进程池会怎样"),
    ("crash.timeout", "对永不结束的任务最多等多少秒"),
];

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const PROCESSES: Text = Text::new(
        "Three children, each with its own pid; then one that exits with 7, and two that a signal ends:",
        "三个子进程,各有自己的 pid;然后一个以 7 退出,两个被信号结束:",
    );
    pub const ISOLATION: Text = Text::new(
        "\nA list. Each child appends to its copy; the parent's stays empty:",
        "\n一个列表。每个子进程往自己的副本里添加;父进程的列表一直是空的:",
    );
    pub const ARRAY: Text = Text::new(
        "\nShared memory. Child 1 goes first, so it still sees 11; the order is not promised:",
        "\n共享内存。子进程 1 先运行,所以它还看到 11;顺序是不保证的:",
    );
    pub const DICT: Text = Text::new(
        "\nA dictionary in a process of its own. A change is visible at once; what one gets is a copy:",
        "\n放在另一个进程里的字典。修改立刻可见;取到的是副本:",
    );
    pub const JOIN: Text = Text::new(
        "\njoin in the loop: one after the other. After the loop: all together:",
        "\njoin 放在循环里:一个接一个。放在循环后:同时运行:",
    );
    pub const LOCK: Text = Text::new(
        "\nWhat goes wrong: a hundred children count under a lock. It is read too early; then two count\nwithout the lock; then the owner of the lock is killed:",
        "\n会出什么问题:一百个子进程在锁下计数。先是读得太早;然后两个子进程不加锁;最后锁的持有者被杀死:",
    );
    pub const POOL: Text = Text::new(
        "\nA pool: five workers, ten tasks, two rounds. `end` comes first, because nobody waits:",
        "\n进程池:五个工作进程,十个任务,两轮。`end` 最先出现,因为没有人在等待:",
    );
    pub const CRASH: Text = Text::new(
        "\nWhat goes wrong in a pool: tasks that do not come back. Each is told; the others are done:",
        "\n进程池里会出什么问题:任务回不来。每一个都有交代,其他任务照常完成:",
    );
    pub const NEXT: Text = Text::new(
        "\nNext: cargo run --bin lesson8 processes --measure; cargo run --bin lesson8 lock --count 5000;\ncargo run --bin lesson8 pool --sleep 5, and kill -9 a worker.",
        "\n接下来:cargo run --bin lesson8 processes --measure;cargo run --bin lesson8 lock --count 5000;\ncargo run --bin lesson8 pool --sleep 5,然后 kill -9 一个工作进程。",
    );
}

/// What the part about the lock says.
pub mod lock {
    use super::Text;

    pub const LOST: Text =
        Text::new("child {number} has not ended in order: {status}", "子进程 {number} 没有正常结束:{status}");
}
