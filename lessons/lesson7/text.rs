//! Everything that lesson 7 says about itself, in both languages.

use netkit::cli::{Help, Text};

pub const HELP: Help = &[
    ("", "第 7 课:线程、锁、事件。不带部分名:运行演示"),
    ("threads", "启动线程,给它们名字,等它们结束"),
    ("threads.count", "多少个线程"),
    ("threads.seconds", "每个线程睡多少秒"),
    ("daemon", "没有人等待的线程会失去什么"),
    ("race", "每次运行都看得见的丢失更新,和三种解决办法"),
    ("rlock", "再次取得自己已经持有的锁"),
    ("event", "线程在门前等待,由你开门"),
    ("event.count", "多少个线程"),
    ("more", "条件变量、信号量、屏障、定时器、线程局部变量"),
    ("deadlock", "两把锁、两种顺序:在卡住之前发现"),
    ("answers", "为什么用线程、进程、多个 CPU:用测量回答(Linux)"),
];

pub const CANNOT_START: Text = Text::new("cannot start the thread {name}", "无法启动线程 {name}");

/// What the demo says.
pub mod demo {
    use super::Text;

    pub const THREADS: Text =
        Text::new("Threads: main goes on while they sleep.\n", "线程:它们睡觉的时候,主线程继续运行。\n");
    pub const EVENT: Text = Text::new(
        "\nA gate: even threads wait at it. Typed: maybe, then true.",
        "\n一道门:偶数线程在门前等待。依次输入:maybe,true。",
    );
    pub const WAIT: Text = Text::new(
        "asleep in the kernel: it costs nothing until somebody sets the event",
        "在内核里睡眠:在有人 set 之前不花任何 CPU",
    );
    pub const STILL: Text = Text::new(
        "the documents' program ends its asking here, and its threads wait for ever",
        "文档里的程序到这里就不再询问,线程会永远等下去",
    );
    pub const SET: Text = Text::new("everyone who waits goes on", "所有等待者继续运行");
    pub const WRONG: Text = Text::new("\nWhat goes wrong:", "\n会出什么问题:");
    pub const NEXT: Text = Text::new(
        "\nNext: cargo run --bin lesson7 event, and type true yourself; then\ncargo run --bin lesson7 answers and cargo run --bin lesson7 rlock.",
        "\n接下来:运行 cargo run --bin lesson7 event,自己输入 true;\n还有 cargo run --bin lesson7 answers 和 cargo run --bin lesson7 rlock。",
    );
}

/// What the part about threads says.
pub mod threads {
    use super::Text;

    pub const PLACE: Text = Text::new(
        "The same work again. join only waits; what it is called for depends on where it stands:",
        "再做同样的工作。join 只是等待;它的效果取决于写在哪里:",
    );
}

/// What the part about daemon threads says.
pub mod daemon {
    use super::Text;

    pub const TITLE: Text = Text::new(
        "Two threads with the same work. main waits for the worker, and for the daemon nobody does:",
        "两个线程做同样的工作。主线程等待 worker,没有人等待 daemon:",
    );
}

/// What the part about lost updates says.
pub mod race {
    use super::Text;

    pub const LOST: Text = Text::new(
        "Two threads add 1 to the same number, ten times each:",
        "两个线程各给同一个数加 1,每个加十次:",
    );
    pub const SLEEP: Text = Text::new(
        "\n{threads} threads add 1 and sleep {nap} ms, holding the lock or not:",
        "\n{threads} 个线程各加 1 并睡 {nap} 毫秒,睡觉时持有锁或不持有锁:",
    );
}

/// What the part about reentrant locks says.
pub mod rlock {
    use super::Text;

    pub const REENTRANT: Text =
        Text::new("A reentrant lock, taken three times by its owner:", "可重入锁,由持有者连续取得三次:");
    pub const PLAIN: Text =
        Text::new("\nA plain lock, taken a second time by its owner:", "\n普通锁,由持有者第二次取得:");
    pub const OWNER: Text =
        Text::new("\nA lock whose owner has ended without giving it back:", "\n持有者没有归还就结束了的锁:");
}

/// What the part with the other tools says.
pub mod more {
    use super::Text;

    pub const CONDITION: Text =
        Text::new("A condition: wait until something has changed.", "条件变量:等到情况发生变化。");
    pub const SEMAPHORE: Text =
        Text::new("\nA semaphore: so many at a time.", "\n信号量:同时只允许这么多个。");
    pub const BARRIER: Text =
        Text::new("\nA barrier: all of them, or nobody.", "\n屏障:要么全部到齐,要么谁也不走。");
    pub const TIMER: Text = Text::new("\nA timer: later, or not at all.", "\n定时器:稍后执行,或者取消。");
    pub const LOCAL: Text = Text::new(
        "\nA thread-local value: each thread has its own.",
        "\n线程局部变量:每个线程有自己的一份。",
    );
}

/// What the part about deadlocks says.
pub mod deadlock {
    use super::Text;

    pub const NAIVE: Text = Text::new(
        "\nEach thread has one lock and asks for the other's (and gives up, so that this program ends):",
        "\n每个线程持有一把锁,又要对方的那把(这里会放弃等待,好让程序结束):",
    );
    pub const FOUND: Text = Text::new(
        "\nThe same order, one thread after the other, so nothing hangs. Watched locks find it:",
        "\n同样的顺序,但两个线程先后运行,所以没有卡住。受监视的锁照样发现:",
    );
    pub const CURE: Text =
        Text::new("\nEveryone takes left before right:", "\n所有线程都先取 left 再取 right:");
}

/// What the part that measures says.
pub mod answers {
    use super::Text;

    pub const TITLE: Text = Text::new(
        "Two tasks of {unit} ms at once, as multiples of what one needs. 1: side by side; 2: one after the other.",
        "同时做两个 {unit} 毫秒的任务,用时是单个任务所需时间的几倍。1:并行;2:一个接一个。",
    );
    pub const MEASURING: Text = Text::new("measuring", "正在测量");
    pub const ONE_CPU: Text = Text::new(
        "(this process may use one CPU only: nothing to measure on two)",
        "(本进程只能使用一个 CPU:无法测量两个 CPU 的情况)",
    );
    pub const NO_PYTHON: Text =
        Text::new("(there is no python3 here: its rows are missing)", "(这里没有 python3:缺少它的几行)");
    pub const DISTURBED: Text = Text::new(
        "(other programs used the CPUs meanwhile: rows with `disturbed` say little; try again later)",
        "(测量时其他程序也在使用 CPU:带 disturbed 的行没有多大意义;稍后再试)",
    );
    pub const LOOPBACK: Text = Text::new("\nDoes I/O need a CPU?", "\nIO 操作占用 CPU 吗?");
    pub const ANSWERS: Text = Text::new(
        "\nWhy several CPUs? Only they make two computations at once as fast as one.\n\
         Why threads? While one waits, others work: that takes no second CPU.\n\
         Why processes? In Python because of the GIL: two threads compute no faster than one, two processes do.\n\
         Other languages? Without a GIL, as here, threads are enough for both.\n\
         CPU-bound or I/O-bound? In Python: processes for the first, threads for the second.\n\
         Waiting needs no CPU; copying the data does, in the kernel.",
        "\n为什么要使用多个 CPU?只有多个 CPU 才能让两个计算同时进行而不变慢。\n\
         为什么要使用多线程?一个等待时,别的可以工作:这不需要第二个 CPU。\n\
         为什么要使用多进程?在 Python 里是因为 GIL:两个线程计算并不更快,两个进程才会。\n\
         其他语言呢?没有 GIL,就像这里,线程两种都能胜任。\n\
         计算密集型还是 IO 密集型?在 Python 里:前者用进程,后者用线程。\n\
         等待不占用 CPU;复制数据要占用,在内核里。",
    );
}
