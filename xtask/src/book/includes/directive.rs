//! Finding `{{#name target}}` in a line, as mdBook does.

/// What stands between `{{#` and `}}`.
#[derive(Debug, PartialEq)]
pub(super) enum Directive<'t> {
    /// A directive that brings a file in.
    Known {
        /// `include`, `rustdoc_include` or `playground`.
        name: &'t str,
        /// The file, and perhaps a part of it: `server.rs:loop`.
        target: &'t str,
    },
    /// Something that looks like one and that mdBook would print as it is.
    Broken(&'t str),
}

/// The directives of one line. `{{#title …}}` brings no file in and is left out.
pub(super) fn directives(line: &str) -> Vec<Directive<'_>> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find("{{") {
        let escaped = rest[..at].ends_with('\\');
        let start = &rest[at..];
        let inner = start[2..].trim_start();
        rest = &start[2..];
        if !inner.starts_with('#') {
            continue;
        }
        if escaped && let Some(last) = start.rfind("}}") {
            // mdBook's escape reaches to the last braces of the line.
            rest = &start[last + 2..];
            continue;
        }
        let Some(end) = inner.find("}}") else {
            found.push(Directive::Broken(start));
            continue;
        };
        let directive = &start[..start.len() - inner.len() + end + 2];
        rest = &start[directive.len()..];
        found.extend(parse(directive, &inner[1..end]));
    }
    found
}

/// `inner` is what follows the `#` in `text`.
fn parse<'t>(text: &'t str, inner: &'t str) -> Option<Directive<'t>> {
    let mut words = inner.split_whitespace();
    // A space between the # and the name is not allowed.
    let name = words.next().filter(|name| inner.starts_with(name));
    match (name, words.next()) {
        (Some("title"), Some(_)) => None,
        (Some(name @ ("include" | "rustdoc_include" | "playground")), Some(target))
            if !inner.contains('}') =>
        {
            Some(Directive::Known { name, target })
        }
        _ => Some(Directive::Broken(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_directive_of_a_line() {
        assert_eq!(
            directives("a {{#include x.rs:part}} b {{ #playground y.rs editable}} {{#title T}}"),
            [
                Directive::Known { name: "include", target: "x.rs:part" },
                Directive::Known { name: "playground", target: "y.rs" },
            ]
        );
    }

    #[test]
    fn escaped_ones_and_other_braces_are_text() {
        assert_eq!(directives(r"\{{#include x.rs}} and {{#include y.rs}}"), []);
        assert_eq!(directives("format!(\"{{}}\", {{ x }})"), []);
        assert_eq!(directives(""), []);
    }

    #[test]
    fn misspelt_and_unfinished_ones_are_broken() {
        for text in
            ["{{#inclde x.rs}}", "{{#include}}", "{{#include x.rs", "{{# include x}}", "{{#playpen x.rs}}"]
        {
            assert_eq!(directives(text), [Directive::Broken(text)], "{text}");
        }
    }
}
