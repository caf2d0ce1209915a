//! What a built page links to, and what in it can be linked to.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;
use std::collections::HashSet;

/// The facts about one page that the link checker needs.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The id of every element.
    pub(super) ids: HashSet<String>,
    /// The ids of headings, in reading order.
    pub(super) headings: Vec<String>,
    /// Every link.
    pub(super) links: Vec<Link>,
}

/// An address in a page.
#[derive(Debug, PartialEq)]
pub(super) struct Link {
    /// As it stands in the attribute.
    pub(super) address: String,
    /// Does the browser fetch it by itself, as it does an image or a script?
    pub(super) loads: bool,
}

/// Reads a page. HTML has no syntax errors that could stop this.
pub(super) fn read(html: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokens = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    // The answer would be a script to run; ours never asks for that.
    let _ = tokens.feed(&input);
    tokens.end();
    tokens.sink.0.into_inner()
}

/// Collects the page while the tokenizer shows it the tags.
#[derive(Default)]
struct Reader(RefCell<Page>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        if tag.kind == TagKind::StartTag {
            self.0.borrow_mut().add(&tag);
            // What looks like a tag inside these is text.
            match &*tag.name {
                "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
                _ => {}
            }
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn add(&mut self, tag: &Tag) {
        let name = &*tag.name;
        for attribute in &tag.attrs {
            let value = attribute.value.to_string();
            match &*attribute.name.local {
                "id" => {
                    if matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
                        self.headings.push(value.clone());
                    }
                    self.ids.insert(value);
                }
                "name" if name == "a" => {
                    self.ids.insert(value);
                }
                "href" | "xlink:href" => {
                    let loads = !matches!(name, "a" | "area");
                    self.links.push(Link { address: value, loads });
                }
                "src" => self.links.push(Link { address: value, loads: true }),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_ids_are_read_and_code_is_not() {
        let page = read(
            "<!DOCTYPE html><title><a href=no></title><script>'<a href=\"no\">'</script>\
             <!-- <a href=no> --><h2 id='how'>How</h2><p id=p><a href='x.html?a=1&amp;b=2#y'>x</a>\
             <img src=\"p.png\"><pre>&lt;a href=no&gt;</pre><script src=s.js></script>",
        );
        assert_eq!(page.headings, ["how"]);
        assert!(page.ids.contains("p") && page.ids.contains("how"));
        let links: Vec<_> = page.links.iter().map(|l| (&*l.address, l.loads)).collect();
        assert_eq!(links, [("x.html?a=1&b=2#y", false), ("p.png", true), ("s.js", true)]);
    }
}
