//! What a figure is: stories, made of frames. Each frame is complete in itself: nothing that a page
//! shows depends on the frame before.

use serde_json::{Value, json};

/// A figure of the book.
#[derive(Debug, PartialEq)]
pub(super) struct Figure {
    /// As in the fence: `select-loop`.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// The lines of source beside the frames; may be none.
    pub(super) code: Vec<String>,
    pub(super) stories: Vec<Story>,
    /// The commands that make frames of a reader's own run, one a line; none where that is not possible.
    pub(super) own: &'static str,
    /// The story and the frame that stand in the book where nothing moves.
    pub(super) still: (usize, usize),
}

/// One run of a program, step by step.
#[derive(Debug, PartialEq)]
pub(super) struct Story {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    /// The command that makes the recording.
    pub(super) command: String,
    /// What the rows of each frame are.
    pub(super) titles: Vec<String>,
    pub(super) frames: Vec<Frame>,
}

/// Everything that is shown at one step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Frame {
    /// What happens, as a sentence.
    pub(super) said: String,
    /// The line of [`Figure::code`] that does it, from 0.
    pub(super) line: Option<usize>,
    /// One row a title of the story.
    pub(super) rows: Vec<Vec<Block>>,
}

/// A box in a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) text: String,
    /// This step is about it.
    pub(super) is_new: bool,
}

impl Block {
    pub(super) fn new(text: impl Into<String>, is_new: bool) -> Self {
        Block { text: text.into(), is_new }
    }
}

impl Frame {
    /// The blocks of a row in words, for a table.
    pub(super) fn words(&self, row: usize) -> String {
        let blocks: Vec<&str> = self.rows[row].iter().map(|block| &*block.text).collect();
        blocks.join(" ")
    }
}

impl Figure {
    /// What the script of the page draws.
    pub(super) fn to_json(&self) -> Value {
        let stories = self.stories.iter().map(|story| {
            let frames = story.frames.iter().map(|frame| {
                let rows = frame.rows.iter().map(|row| {
                    let blocks = row.iter().map(|block| json!([block.text, u8::from(block.is_new)]));
                    blocks.collect::<Value>()
                });
                json!({ "said": frame.said, "line": frame.line, "rows": rows.collect::<Value>() })
            });
            json!({
                "title": story.title,
                "about": story.about,
                "command": story.command,
                "titles": story.titles,
                "frames": frames.collect::<Value>(),
            })
        });
        json!({ "title": self.title, "code": self.code, "stories": stories.collect::<Value>() })
    }
}
