//! `tests/mutants.txt`: what may be changed without a test that notices.
//!
//! A line is a file, an expression of it, the change, and the reason; between them stands ` | `.

use crate::source::File;

const LIST: &str = "tests/mutants.txt";

pub(crate) fn violations(files: &[File]) -> Vec<String> {
    let text = |path: &str| files.iter().find(|file| file.path == path);
    let Some(list) = text(LIST) else {
        return vec![format!("{LIST} is gone")];
    };
    let lines = list.text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let mut violations = Vec::new();
    for (number, line) in lines {
        let mut say = |what: &str| violations.push(format!("{LIST}:{}: {what}", number + 1));
        let fields: Vec<_> = line.split(" | ").collect();
        let [path, expression, change, reason] = fields[..] else {
            say("a file, an expression, a change and a reason");
            continue;
        };
        if [expression, change, reason]
            .iter()
            .any(|it| it.trim().is_empty())
        {
            say("a field is empty");
        }
        match text(path).map(|file| words(&file.text)) {
            None => say(&format!("there is no {path}")),
            Some(source) if !source.contains(&words(expression)) => {
                say(&format!("`{expression}` is not in {path} any more"));
            }
            Some(_) => {}
        }
    }
    violations
}

/// With one space wherever the formatter may put another.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_expression_that_is_gone_is_noticed() {
    let files = [
        File::new("a.rs", "if one\n    || two {\n}"),
        File::new(
            LIST,
            "# file | expression | change | reason\n\n\
             a.rs | one || two | && | a reason\n\
             a.rs | one && two | || | a reason\n\
             b.rs | one | two | a reason\n\
             a.rs | one | two\n\
             a.rs | one | two |  ",
        ),
    ];
    crate::notices(
        &violations(&files),
        &[
            "4: `one && two` is",
            "5: there is no b.rs",
            "6: a file",
            "7: a field",
        ],
    );
    crate::notices(&violations(&files[..1]), &["is gone"]);
}
