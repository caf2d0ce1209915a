//! The exercises of lesson 6.

use super::Exercise;

mod big_file;
mod broken_upload;
mod frames;
mod hostile_names;
mod receive_file;
mod upload;

pub(super) static EXERCISES: &[Exercise] = &[
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
