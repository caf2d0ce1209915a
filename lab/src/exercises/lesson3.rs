//! The exercises of lesson 3.

use super::Exercise;
use crate::{Failure, Server, UdpPeer};

mod loss_count;
mod stop_and_wait;
mod truncation;
mod udp_echo;

pub(super) static EXERCISES: &[Exercise] = &[
    exercise! {
        suite: udp_echo::UDP_ECHO,
        name: "udp-echo",
        lesson: 3,
        stars: 1,
        minutes: 15,
        task: "send each datagram back to its sender" / "把每个数据报发回给它的发送者",
    },
    exercise! {
        suite: truncation::TRUNCATION,
        name: "truncation",
        lesson: 3,
        stars: 2,
        minutes: 20,
        task: "notice a datagram that was cut" / "发现被截断的数据报",
    },
    exercise! {
        suite: stop_and_wait::STOP_AND_WAIT,
        name: "stop-and-wait",
        lesson: 3,
        stars: 3,
        minutes: 75,
        task: "a file through a network that loses" / "让文件穿过会丢包的网络",
    },
    exercise! {
        suite: loss_count::LOSS_COUNT,
        name: "loss-count",
        lesson: 3,
        stars: 2,
        minutes: 40,
        task: "count lost and reordered datagrams" / "统计丢失和乱序的数据报",
    },
];

/// A client of the server, on a fresh port.
fn open(server: &Server) -> Result<UdpPeer, Failure> {
    Ok(UdpPeer::open(server.addr.ip(), server.whole_deadline())?.to_subject(&server.subject))
}
