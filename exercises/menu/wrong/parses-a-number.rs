//! caught by: number
//! says: is not a 1 and three more digits
//! The mistake: a number is parsed, and other spellings have the same value.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let addr = std::env::args().skip_while(|word| word != "--addr").nth(1);
    let listener = TcpListener::bind(addr.as_deref().unwrap_or("127.0.0.1:8888"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((caller, _)) = listener.accept() else { continue };
        // A caller who hangs up makes this fail. That is the end of the call, not of the robot.
        let _ = call(&caller);
    }
}

fn call(mut caller: &TcpStream) -> io::Result<()> {
    caller.write_all("欢迎致电 10086,请输入1xxx,0转人工服务.\n".as_bytes())?;
    // `lines` takes `\n` and `\r\n` off.
    for line in BufReader::new(caller).lines() {
        let answer = match line?.as_str() {
            "0" => "通过可能会被录音.balabala一大推".to_owned(),
            "exit" => return Ok(()),
            number if is_service(number) => format!("{number} 已受理."),
            _ => "请重新输入.".to_owned(),
        };
        caller.write_all(format!("{answer}\n").as_bytes())?;
    }
    Ok(())
}

fn is_service(message: &str) -> bool {
    message.parse::<u32>().is_ok_and(|number| (1000..2000).contains(&number))
}
