//! The rows in the documentation: they are those of the corpus.

use std::{env, fmt::Write};

use super::{Answer, Corpus, Row, corpus};

/// What is published of the rule's rows, from this line on.
const PUBLISHED: &str = "login-runtime/src/docs/refused_clients.md";
const WRITTEN: &str =
    "<!-- From here on written by `BLESS=1 cargo test -p login-tests --test http clients`. -->\n\n";

/// An answer in a few words.
fn in_words(answer: &Answer) -> String {
    let mut words = answer.status.to_string();
    if answer.hx_redirect.is_some() {
        words.push_str(", `HX-Redirect`");
    }
    if answer.r#type.as_deref() == Some("text") {
        words.push_str(", text");
    }
    if answer.status == 303 && !answer.flash {
        words.push_str(", no message");
    }
    let told = answer
        .challenge
        .iter()
        .find_map(|it| it.split_once("error=\"")?.1.split_once('"'));
    if let Some((error, rest)) = told {
        write!(words, ", `{error}`").expect("a string has room");
        if let Some(age) = rest.split('"').nth(1) {
            write!(words, " with `max_age` {age}").expect("a string has room");
        }
    }
    if answer.challenge.iter().any(|it| it.starts_with("Basic")) {
        words.push_str(", `Basic`");
    }
    words
}

/// The rows as tables: every client at the plain guard, then what else is asked for and carried.
fn published(corpus: &Corpus) -> String {
    let is_plain =
        |row: &&Row| row.guard == "login_required" && row.who == "nobody" && row.with.is_empty();
    let does = |name: &str| {
        let client = corpus.clients.iter().find(|client| client.name == name);
        client.expect("a client of the corpus").does.as_str()
    };
    let mut text = "| client | what happens | answer |\n|---|---|---|\n".to_owned();
    for row in corpus.rows.iter().filter(is_plain) {
        let (does, answer) = (does(&row.client), in_words(&row.answer));
        writeln!(text, "| {} | {does} | {answer} |", row.client).expect("a string has room");
    }
    text.push_str(
        "\nThe same clients at other guards, with other logins, and with further headers.\n\n",
    );
    text.push_str("| client | with | at | as | answer |\n|---|---|---|---|---|\n");
    for row in corpus.rows.iter().filter(|row| !is_plain(row)) {
        let with = row
            .with
            .iter()
            .map(|(name, value)| format!("`{name}: {value}`"));
        let (with, answer) = (with.collect::<Vec<_>>().join(", "), in_words(&row.answer));
        let (client, guard, who) = (&row.client, &row.guard, &row.who);
        writeln!(text, "| {client} | {with} | `{guard}` | {who} | {answer} |")
            .expect("a string has room");
    }
    text
}

#[test]
fn the_rows_are_published_as_they_are() {
    let path = format!("{}/../{PUBLISHED}", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(&path).expect("a page");
    let (prose, tables) = page.split_once(WRITTEN).expect("the page's mark");
    let wanted = published(&corpus());
    if env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{prose}{WRITTEN}{wanted}")).expect("a page to write");
        return;
    }
    assert!(
        tables == wanted,
        "{PUBLISHED} is of yesterday: run with BLESS=1"
    );
}
