//! A workbook in a temporary folder, with one exercise and nothing else, for the tests of the student's tool.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a helper of tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const MANIFEST: &str = r#"[package]
name = "exercises"
version = "0.1.0"
edition = "2024"
autobins = false

[[bin]]
name = "greet"
path = "greet/main.rs"
"#;

pub struct Workbook {
    folder: TempDir,
}

impl Workbook {
    /// As a student finds it.
    pub fn new() -> Workbook {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("book");
        fs::create_dir_all(root.join("exercises/greet")).unwrap();
        fs::create_dir(folder.path().join("tmp")).unwrap();
        fs::write(root.join("Cargo.toml"), "[workspace]\nmembers = [\"exercises\"]\nresolver = \"3\"\n")
            .unwrap();
        fs::write(root.join("exercises/Cargo.toml"), MANIFEST).unwrap();
        let workbook = Workbook { folder };
        workbook.write(greet().starter);
        workbook
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("book")
    }

    /// Where its programs put their temporary files.
    pub fn temporary(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    /// The student's file.
    pub fn main(&self) -> PathBuf {
        self.root().join("exercises/greet/main.rs")
    }

    pub fn write(&self, text: &str) {
        fs::write(self.main(), text).unwrap();
    }

    /// A further exercise, as far as a check needs it.
    pub fn add(&self, name: &str, text: &str) {
        let folder = self.root().join("exercises");
        let bin = format!("\n[[bin]]\nname = \"{name}\"\npath = \"{name}/main.rs\"\n");
        fs::write(folder.join("Cargo.toml"), format!("{MANIFEST}{bin}")).unwrap();
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("main.rs"), text).unwrap();
    }

    pub fn progress(&self) -> String {
        fs::read_to_string(self.root().join(".lab-progress")).unwrap_or_default()
    }

    pub fn set_progress(&self, bytes: &[u8]) {
        fs::write(self.root().join(".lab-progress"), bytes).unwrap();
    }

    /// `lab` with these arguments in the top folder.
    pub fn command(&self, args: &str) -> Command {
        self.command_in(&self.root(), args)
    }

    pub fn command_in(&self, folder: &Path, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command.args(args.split_whitespace()).current_dir(folder).stdin(Stdio::null());
        for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.env("CARGO_TARGET_DIR", self.folder.path().join("target")).env("TMPDIR", self.temporary());
        command
    }

    pub fn lab(&self, args: &str) -> Said {
        said(&self.command(args).output().unwrap())
    }
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    /// That it ended with `code` and said all of these on stdout or stderr.
    #[track_caller]
    pub fn expect(&self, code: i32, parts: &[&str]) -> &Said {
        assert_eq!(self.code, Some(code), "{self}");
        for part in parts {
            assert!(self.out.contains(part) || self.err.contains(part), "`{part}` is missing in {self}");
        }
        self
    }

    #[track_caller]
    pub fn lacks(&self, parts: &[&str]) -> &Said {
        for part in parts {
            assert!(!self.out.contains(part) && !self.err.contains(part), "`{part}` is too much in {self}");
        }
        self
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "(exit code {:?})\nstdout:\n{}\nstderr:\n{}", self.code, self.out, self.err)
    }
}

pub fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

pub fn greet() -> &'static lab::Exercise {
    lab::exercise("greet").unwrap()
}
