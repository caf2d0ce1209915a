//! The exercises of lesson 4.

use super::Exercise;

mod callers;
mod flood;
mod hangup;
mod menu;
mod splits;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: menu::MENU,
        name: "menu",
        lesson: 4,
        stars: 1,
        minutes: 20,
        task: "a telephone robot: 0, 1xxx, exit" / "电话机器人:0、1xxx、exit",
    },
    exercise! {
        suite: splits::SPLITS,
        name: "splits",
        lesson: 4,
        stars: 2,
        minutes: 25,
        task: "the same answers for every split" / "无论怎样切分,回答都相同",
    },
    exercise! {
        suite: hangup::HANGUP,
        name: "hangup",
        lesson: 4,
        stars: 1,
        minutes: 25,
        task: "survive callers who hang up at any step" / "来电者在任何一步挂断都不受影响",
    },
    exercise! {
        suite: callers::CALLERS,
        name: "callers",
        lesson: 4,
        stars: 2,
        minutes: 20,
        task: "talk to ten callers at once" / "同时接听十个来电",
    },
    exercise! {
        suite: flood::FLOOD,
        name: "flood",
        lesson: 4,
        stars: 2,
        minutes: 25,
        task: "bounded memory for a message without an end" / "没有结尾的消息不能撑爆内存",
    },
];

// What the robot says, each a line.
const GREETING: &str = "欢迎致电 10086,请输入1xxx,0转人工服务.";
const RECORDED: &str = "通过可能会被录音.balabala一大推";
