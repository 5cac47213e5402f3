//! The commands in blocks of shell code, as far as examples go: words, quotes, pipes, `$(…)`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::fenced;

/// Names of a service's program in examples.
const PROGRAMS: [&str; 2] = ["newsroom", "my-service"];

/// Each command with its arguments, by words. Quotes and comments are gone.
pub fn of(code: &str) -> Vec<Vec<String>> {
    let code = code.replace("\\\n", " ");
    let mut commands = Vec::new();
    let mut reader = Reader::default();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, reader.quote) {
            ('$', None | Some('"')) if letters.peek() == Some(&'(') => {
                letters.next();
                // What it gives is a word of the command around it; what it runs, one of its own.
                reader.word.push('…');
                reader.has_word = true;
                let quote = reader.quote.take();
                reader.outer.push((
                    std::mem::take(&mut reader.words),
                    std::mem::take(&mut reader.word),
                    quote,
                ));
            }
            (')', None) if !reader.outer.is_empty() => {
                commands.extend(reader.end());
                let (words, word, quote) = reader.outer.pop().unwrap();
                (reader.words, reader.word, reader.quote, reader.has_word) =
                    (words, word, quote, true);
            }
            (mark, Some(quote)) if mark == quote => reader.quote = None,
            (_, Some(_)) => reader.word.push(letter),
            ('\'' | '"', None) => (reader.quote, reader.has_word) = (Some(letter), true),
            ('#', None) if !reader.has_word => {
                while letters.next_if(|next| *next != '\n').is_some() {}
            }
            ('\n' | '|' | ';' | '&', None) => commands.extend(reader.end()),
            (' ', None) => reader.end_word(),
            (_, None) => {
                reader.has_word = true;
                reader.word.push(letter);
            }
        }
    }
    commands.extend(reader.end());
    commands
}

type Outer = (Vec<String>, String, Option<char>);

#[derive(Default)]
struct Reader {
    words: Vec<String>,
    word: String,
    has_word: bool,
    quote: Option<char>,
    outer: Vec<Outer>,
}

impl Reader {
    fn end_word(&mut self) {
        if std::mem::take(&mut self.has_word) {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    /// The command so far, without variables that are set before it and what it reads from or writes to.
    fn end(&mut self) -> Option<Vec<String>> {
        self.end_word();
        let mut words = std::mem::take(&mut self.words);
        let is_setting = |word: &String| {
            word.split_once('=').is_some_and(|(name, _)| {
                name.chars()
                    .all(|letter| letter.is_ascii_uppercase() || letter == '_')
            })
        };
        let settings = words.iter().take_while(|word| is_setting(word)).count();
        words.drain(..settings);
        if let Some(at) = words.iter().position(|word| word.starts_with(['<', '>'])) {
            words.truncate(at);
        }
        (!words.is_empty()).then_some(words)
    }
}

/// The arguments of a service's program, wherever a page calls one, each once.
pub fn documented() -> BTreeSet<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = |folder: &Path| {
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let mut folders: Vec<_> = ["", "docs", "skeleton-runtime/templates/new"]
        .map(|folder| root.join(folder))
        .into();
    folders.extend(files(&root.join("examples")).filter(|path| path.is_dir()));
    let paths = folders.iter().flat_map(|folder| files(folder));
    let pages = paths.filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    let pages = pages.map(|path| std::fs::read_to_string(path).unwrap());
    let commands = pages
        .flat_map(|page| fenced(&page, "sh"))
        .flat_map(|block| of(&block));
    commands.filter_map(|words| arguments(&words)).collect()
}

fn arguments(words: &[String]) -> Option<Vec<String>> {
    let position = |name: &str| words.iter().position(|word| word == name);
    let start = match words[0].as_str() {
        "cargo" if words.get(1).is_some_and(|word| word == "run") => {
            position("--").map_or(words.len(), |at| at + 1)
        }
        "docker" if words.get(1).is_some_and(|word| word == "run") => position("newsroom")? + 1,
        program if PROGRAMS.contains(&program) => 1,
        _ => return None,
    };
    Some(words[start..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_a_shell_reads_them() {
        let code =
            "A=1 one 'a b' \"c$(two -x)\" | three \\\n  --four # not this\nB=$(five)\nsix > file";
        let words: Vec<_> = of(code).iter().map(|words| words.join("·")).collect();
        assert_eq!(
            words,
            ["two·-x", "one·a b·c…", "three·--four", "five", "six"]
        );
    }
}
