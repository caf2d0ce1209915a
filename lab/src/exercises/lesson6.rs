//! The exercises of lesson 6.

use super::Exercise;

mod big_file;
mod bounded;
mod broken_upload;
mod call_order;
mod forking;
mod frames;
mod hostile_names;
mod lines;
mod receive_file;
mod shutdown;
mod threading;
mod upload;

pub(super) static EXERCISES: &[Exercise] = &[
    // SocketServer from the inside.
    exercise! {
        suite: call_order::CALL_ORDER,
        name: "call-order",
        lesson: 6,
        stars: 1,
        minutes: 30,
        task: "print the order of SocketServer's calls" / "打印 SocketServer 的调用顺序",
    },
    exercise! {
        suite: threading::THREADING,
        name: "threading",
        lesson: 6,
        stars: 1,
        minutes: 25,
        task: "a thread for each client" / "一个客户一个线程",
    },
    exercise! {
        suite: forking::FORKING,
        name: "forking",
        lesson: 6,
        stars: 2,
        minutes: 40,
        task: "a process for each client" / "一个客户一个进程",
    },
    exercise! {
        suite: shutdown::SHUTDOWN,
        name: "shutdown",
        lesson: 6,
        stars: 3,
        minutes: 50,
        task: "stop on request, in order" / "按要求有序停止",
    },
    exercise! {
        suite: bounded::BOUNDED,
        name: "bounded",
        lesson: 6,
        stars: 3,
        minutes: 45,
        task: "at most k clients at once" / "最多同时服务 k 个客户",
    },
    exercise! {
        suite: frames::FRAMES,
        name: "frames",
        lesson: 6,
        stars: 1,
        minutes: 25,
        task: "read frames behind a length, however they are cut" / "读取带长度前缀的帧,怎么切都一样",
    },
    exercise! {
        suite: receive_file::RECEIVE_FILE,
        name: "receive-file",
        lesson: 6,
        stars: 2,
        minutes: 35,
        task: "take an upload" / "接收上传的文件",
    },
    exercise! {
        suite: broken_upload::BROKEN_UPLOAD,
        name: "broken-upload",
        lesson: 6,
        stars: 2,
        minutes: 30,
        task: "store a file whole or not at all" / "文件要么完整保存,要么完全不留",
    },
    exercise! {
        suite: hostile_names::HOSTILE_NAMES,
        name: "hostile-names",
        lesson: 6,
        stars: 2,
        minutes: 25,
        task: "store files under names that you do not trust" / "用不可信的文件名保存文件",
    },
    exercise! {
        suite: big_file::BIG_FILE,
        name: "big-file",
        lesson: 6,
        stars: 2,
        minutes: 30,
        task: "send 1 GiB with 32 MiB of memory, and resume" / "用 32 MiB 内存发送 1 GiB,并能断点续传",
    },
];
