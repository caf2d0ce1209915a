//! The book's search, by keyboard: mdBook's own, and ours for Chinese (`book/theme/cjk-search.js`).

use super::book::Book;
use super::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the index may take to load, and an answer to be shown.
const ANSWER: Duration = Duration::from_secs(10);

/// In no text of the book.
const ABSENT: &str = "魑魅";

/// What the list of results shows: its header, and of each result the address, the teaser, the marked terms.
const SHOWN: &str = "(() => ({
  header: document.getElementById('mdbook-searchresults-header').innerText,
  hits: [...document.querySelectorAll('#mdbook-searchresults > li')].map(li => ({
    file: li.querySelector('a').pathname.split('/').pop() + li.querySelector('a').hash,
    title: li.querySelector('a').textContent,
    teaser: li.querySelector('.teaser').textContent,
    marked: [...li.querySelectorAll('.teaser em')].map(em => em.textContent),
  })),
}))()";

/// Enter while an input method composes: it chooses characters.
const COMPOSING: &str = "document.getElementById('mdbook-searchbar').dispatchEvent(
  new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, isComposing: true }))";

/// Chinese terms are found, the best section first; other words are left to mdBook; Enter opens the page with the
/// term marked; a search in an address is made when the page opens.
pub(super) fn check(book: &Book, page: &mut Page<'_>, shot: &Path) -> Result<String> {
    page.go(&book.url("lesson1.html"))?;
    page.evaluate("document.getElementById('mdbook-search-toggle').click()")?;
    until(page, "window.search.index && document.activeElement.id === 'mdbook-searchbar'")?;

    let sticky = ask(page, "粘包")?;
    for wanted in ["glossary.html#glossary", "lesson4.html#sticky"] {
        ensure!(files(&sticky).contains(&wanted), "粘包 is not found in {wanted}: {sticky}");
    }
    for hit in sticky["hits"].as_array().into_iter().flatten() {
        let marked = hit["marked"].as_array().is_some_and(|marked| marked.contains(&"粘包".into()));
        ensure!(marked, "粘包 is not marked in {hit}");
        ensure!(
            hit["teaser"].as_str().is_some_and(|text| text.chars().count() <= 200),
            "a long teaser: {hit}"
        );
    }
    let socket = ask(page, "套接字")?;
    ensure!(files(&socket).contains(&"glossary.html#glossary"), "套接字: {socket}");
    let heading = ask(page, "词汇")?;
    ensure!(files(&heading).first() == Some(&"glossary.html#glossary"), "a heading is not first: {heading}");
    let mixed = ask(page, "epoll 水平触发")?;
    ensure!(mixed["hits"][0]["marked"][0] == "水平触发", "epoll 水平触发: {mixed}");

    page.screenshot(shot)?;

    let none = ask(page, ABSENT)?;
    ensure!(files(&none).is_empty(), "{ABSENT} is found: {none}");
    ensure!(none["header"].as_str().is_some_and(|text| text.starts_with("No search results")), "{none}");
    let english = ask(page, "epoll")?;
    ensure!(!files(&english).is_empty(), "epoll is not found");

    // Down, and Enter: the first result opens, and the term is marked there.
    let first = ask(page, "粘包")?["hits"][0]["file"].as_str().unwrap_or("").to_owned();
    page.evaluate(COMPOSING)?;
    let chosen = page.evaluate("document.querySelectorAll('#mdbook-searchresults > li.focus').length")?;
    ensure!(chosen == 0, "Enter of an input method chooses a result");
    page.press("ArrowDown")?;
    let focused = page.evaluate("document.querySelectorAll('#mdbook-searchresults > li.focus').length")?;
    ensure!(focused == 1, "arrow down chooses {focused} results");
    page.press("Enter")?;
    until(page, &format!("location.pathname.endsWith({:?})", format!("/{}", page_of(&first))))?;
    until(page, "document.querySelector('main mark')?.textContent === '粘包'")?;

    page.go(&book.url("lesson1.html?search=%E7%B2%98%E5%8C%85"))?;
    until(page, "document.querySelector('#mdbook-searchresults em')?.textContent === '粘包'")?;

    ensure!(page.errors().is_empty(), "errors in the console: {:?}", page.errors());
    let own = book.url("");
    let elsewhere =
        page.requests().iter().find(|request| !request.starts_with(&own) && !request.starts_with("data:"));
    ensure!(elsewhere.is_none(), "the search asks for {elsewhere:?}");
    Ok(format!("粘包 in {}, epoll in {}", files(&sticky).join(" "), files(&english).len()))
}

/// Puts `query` into the field as an input method does, without a key, and gives what is shown then.
fn ask(page: &mut Page<'_>, query: &str) -> Result<Value> {
    page.evaluate("document.getElementById('mdbook-searchbar').focus()")?;
    page.evaluate("document.getElementById('mdbook-searchbar').select()")?;
    page.insert(query)?;
    if query.is_ascii() {
        // mdBook looks when a key goes up: one that changes nothing.
        page.press("ArrowRight")?;
    }
    let header = "document.getElementById('mdbook-searchresults-header').innerText";
    until(page, &format!("{header}.includes({:?})", format!("'{query}'")))
        .with_context(|| format!("no answer to {query}"))?;
    page.evaluate(SHOWN)
}

/// The page and heading of each result.
fn files(shown: &Value) -> Vec<&str> {
    shown["hits"].as_array().into_iter().flatten().filter_map(|hit| hit["file"].as_str()).collect()
}

/// `lesson4.html` of `lesson4.html#sticky`.
fn page_of(address: &str) -> &str {
    address.split('#').next().unwrap_or(address)
}

/// Waits until the page says that `condition` holds.
fn until(page: &mut Page<'_>, condition: &str) -> Result<()> {
    let deadline = Instant::now() + ANSWER;
    // While a page gives way to the next one there is nobody to ask.
    while !page.evaluate(&format!("Boolean({condition})")).is_ok_and(|holds| holds == true) {
        ensure!(Instant::now() < deadline, "not within {ANSWER:?}: {condition}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
