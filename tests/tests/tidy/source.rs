//! The files of this repository, and what in them is code.

use std::{fs, ops::Range, path::Path};

/// A text of the repository.
pub(crate) struct File {
    /// From the top, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (path, text) = (path.to_owned(), text.to_owned());
        Self { path, text }
    }

    /// Every text of the repository.
    pub(crate) fn all() -> Vec<Self> {
        Self::under("")
    }

    /// Every text whose path begins so.
    pub(crate) fn under(start: &str) -> Vec<Self> {
        let mut files = Vec::new();
        walk(&top(), "", &mut files);
        files.retain(|file| file.path.starts_with(start));
        assert!(files.len() > 3, "there are no files under {start}");
        files
    }

    pub(crate) fn is_rust(&self) -> bool {
        is_rust(&self.path)
    }

    /// The text with blanks for comments and for what stands between quotes.
    pub(crate) fn code(&self) -> String {
        self.only(|kind| kind == Kind::Code)
    }

    /// The text with blanks for all but comments.
    pub(crate) fn comments(&self) -> String {
        self.only(|kind| kind == Kind::Comment)
    }

    fn only(&self, wanted: impl Fn(Kind) -> bool) -> String {
        let mut text = self.text.clone().into_bytes();
        for (kind, range) in spans(&self.text) {
            if !wanted(kind) {
                let blank = |byte: &mut u8| {
                    if *byte != b'\n' {
                        *byte = b' ';
                    }
                };
                text[range].iter_mut().for_each(blank);
            }
        }
        String::from_utf8(text).expect("a span begins and ends between characters")
    }
}

/// Whether a path is that of a Rust source.
pub(crate) fn is_rust(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "rs")
}

/// The top of the repository.
pub(crate) fn top() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn walk(folder: &Path, path: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder can be read") {
        let entry = entry.expect("a folder can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        if [".git", "target", "wip"].contains(&&*name) {
            continue;
        }
        let inner = format!("{path}{name}");
        if entry.file_type().expect("a file has a type").is_dir() {
            walk(&entry.path(), &format!("{inner}/"), files);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(File::new(&inner, &text));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// The pieces of a Rust source, from the first byte to the last.
fn spans(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut spans = Vec::new();
    let (mut from, mut at) = (0, 0);
    while at < text.len() {
        let Some((kind, length)) = comment_or_literal(text, at) else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        spans.push((Kind::Code, from..at));
        spans.push((kind, at..at + length));
        at += length;
        from = at;
    }
    spans.push((Kind::Code, from..at));
    spans
}

/// What begins here and how long it is, unless it is code.
fn comment_or_literal(text: &str, at: usize) -> Option<(Kind, usize)> {
    let rest = &text[at..];
    let after_word = text[..at].ends_with(is_word);
    if rest.starts_with("//") {
        return Some((Kind::Comment, rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some((Kind::Comment, block_comment(rest)));
    }
    if rest.starts_with('"') {
        return Some((Kind::Literal, quoted(rest, '"')));
    }
    if let Some(raw) = rest.strip_prefix('r')
        && (!after_word || text[..at].ends_with(['b', 'c']))
    {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let end = format!("\"{}", &raw[..hashes]);
        let inner = raw[hashes..].strip_prefix('"')?;
        let length = inner.find(&end).unwrap_or(inner.len());
        return Some((
            Kind::Literal,
            (1 + hashes + 1 + length + end.len()).min(rest.len()),
        ));
    }
    let inner = rest.strip_prefix('\'')?;
    let mut characters = inner.chars();
    let is_character = match characters.next()? {
        '\\' => true,
        // Otherwise a lifetime.
        _ => characters.next() == Some('\''),
    };
    is_character.then(|| (Kind::Literal, quoted(rest, '\'')))
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = true; // The first character is the quote that begins it.
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

pub(crate) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Where a word stands in code.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let whole = move |at: &usize| {
        !code[..*at].ends_with(is_word) && !code[at + word.len()..].starts_with(is_word)
    };
    code.match_indices(word).map(|(at, _)| at).filter(whole)
}

/// The number of the line of a place, from 1.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = r##"let a = "// no \" comment"; // a comment "here"
let b = r#"raw " text"#; /* a /* nested */ one */ let c: &'a str = f('"', '\'', b'x', b"y");
let d = r#type; let e = br"raw"; let f = 'ä';"##;
    let file = File::new("a.rs", text);
    let code = file.code();
    let code: Vec<_> = code.split_whitespace().collect();
    assert_eq!(
        code.join(" "),
        "let a = ; let b = ; let c: &'a str = f( , , b , b ); let d = r#type; let e = b ; let f = ;"
    );
    let comments = file.comments();
    let comments: Vec<_> = comments.split_whitespace().collect();
    assert_eq!(
        comments.join(" "),
        "// a comment \"here\" /* a /* nested */ one */"
    );
}
