//! caught by: real-threads
//! says: only one thread
//! The mistake: it prints what a race would print. Nobody has raced.

use std::io;

fn main() -> io::Result<()> {
    let start = std::env::args().skip_while(|word| word != "--start").nth(1);
    let start: u64 = start.and_then(|word| word.parse().ok()).unwrap_or(7);
    println!("one: load {start}\ntwo: load {start}");
    io::stdin().read_line(&mut String::new())?;
    let end = start + 1;
    println!("one: store {end}\ntwo: store {end}");
    println!("{start} + 1 + 1 = {end}: 1 lost");
    Ok(())
}
