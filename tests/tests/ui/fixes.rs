//! What the messages tell to write, pasted: `ui/fixed.rs` has each program mended, and compiles.

use super::{errors, failing, named, read};

/// Messages whose code is an example, since its names are the user's, or one way of several.
const EXAMPLES: &[&str] = &[
    "conformance/no_resource",
    "conformance/not_a_name",
    "migrations/no_folder",
    "resource/generics",
    "resource/has_many_empty",
    "resource/has_many_syntax",
    "resource/hooks_without_type",
    "role/includes_nothing",
    "routes/no_handler",
    "routes/not_a_name",
    "test/settings",
];

const HEAD: &str = "\
//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]
";

/// A program, and what is written there instead of what.
struct Fix {
    folder: String,
    file: String,
    changes: Vec<Change>,
}

#[derive(Default)]
struct Change {
    old: Vec<String>,
    new: Vec<String>,
}

impl Fix {
    fn named(name: &str) -> Self {
        let (folder, file) = name.split_once('/').expect("a folder and a name");
        let (folder, file) = (folder.to_owned(), file.to_owned());
        let changes = Vec::new();
        Self {
            folder,
            file,
            changes,
        }
    }

    fn name(&self) -> String {
        format!("{}/{}", self.folder, self.file)
    }

    /// Takes a line of a change; one that goes after one that comes begins the next.
    fn push(&mut self, sign: &str, line: &str) {
        let is_new = sign == "+";
        let last = self.changes.last();
        if last.is_none_or(|last| !is_new && !last.new.is_empty()) {
            self.changes.push(Change::default());
        }
        let last = self.changes.last_mut().expect("it was pushed");
        let lines = if is_new { &mut last.new } else { &mut last.old };
        lines.push(line.to_owned());
    }

    fn program(&self) -> String {
        read(format!("ui/{}/fail/{}.rs", self.folder, self.file).as_ref())
    }

    /// The program as it is then.
    fn mended(&self) -> String {
        let mut program = self.program();
        for change in &self.changes {
            let (old, new) = (change.old.join("\n"), change.new.join("\n"));
            let name = self.name();
            assert_eq!(program.matches(&old).count(), 1, "{name} has `{old}` once");
            program = program.replace(&old, &new);
        }
        program
    }
}

fn fixes() -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    for line in read("ui/fixes.txt".as_ref()).lines() {
        match line.split_once(' ') {
            Some((sign @ ("-" | "+"), line)) => {
                fixes.last_mut().expect("a program").push(sign, line);
            }
            None if !line.is_empty() => fixes.push(Fix::named(line)),
            _ => {}
        }
    }
    fixes
}

/// The mended programs of one folder, a module for each.
fn modules<'a>(fixes: impl Iterator<Item = &'a Fix>) -> String {
    let mut text = HEAD.to_owned();
    for fix in fixes {
        let program = fix.mended().replace("fn main()", "pub fn main()");
        text.extend(["\npub mod ", &fix.file, " {\n"]);
        for line in program.lines() {
            let indent = if line.is_empty() { "" } else { "    " };
            text.extend([indent, line, "\n"]);
        }
        text += "}\n";
    }
    text
}

#[test]
fn what_messages_tell_to_write_compiles() {
    let modules_of = read("ui/fixed.rs".as_ref());
    let fixes = fixes();
    for folder in fixes.chunk_by(|one, other| one.folder == other.folder) {
        let name = &folder[0].folder;
        let (file, mended) = (format!("ui/fixed/{name}.rs"), modules(folder.iter()));
        if std::env::var("TRYBUILD").as_deref() == Ok("overwrite") {
            std::fs::write(&file, &mended).expect("it can be written");
        }
        assert!(
            read(file.as_ref()) == mended,
            "{file} is not what the fixes make\n    help: TRYBUILD=overwrite cargo test -p skeleton-tests --test ui -- compiles"
        );
        let module = format!("#[path = \"fixed/{name}.rs\"]");
        assert!(modules_of.contains(&module), "ui/fixed.rs lacks\n{module}");
    }
}

/// What a message tells to do.
#[derive(Debug)]
enum Told<'a> {
    /// To write one of these.
    Write(Vec<&'a str>),
    /// To leave something out, or something else.
    Less,
}

fn told<'a>(error: &[&'a str]) -> Option<Told<'a>> {
    const WRITE: [&str; 6] = [
        "write `",
        "did you mean `",
        "put `",
        "with `",
        "add `",
        "write one, as `",
    ];
    const LESS: [&str; 3] = [" out", "keep one of them", "keep it at"];
    let helps = error.iter().filter_map(|line| {
        line.split_once("help: ")
            .or_else(|| line.split_once("= note: "))
    });
    helps.map(|(_, help)| help).find_map(|help| {
        if LESS.iter().any(|phrase| help.contains(phrase)) {
            return Some(Told::Less);
        }
        let places = WRITE.iter().filter_map(|phrase| help.find(phrase));
        let codes = help[places.min()?..].split('`').skip(1).step_by(2);
        let codes: Vec<_> = codes.collect();
        let is_example = codes.iter().all(|code| code.contains('…'));
        (!is_example).then_some(Told::Write(codes))
    })
}

#[test]
fn what_can_be_pasted_is() {
    let (fixes, mut faults) = (fixes(), Vec::new());
    for program in failing() {
        let name = named(&program);
        if EXAMPLES.contains(&name.as_str()) {
            continue;
        }
        let answer = read(&program.with_extension("stderr"));
        let fix = fixes.iter().find(|fix| fix.name() == name);
        let told = errors(&answer).into_iter().filter_map(|error| told(&error));
        let unused = told.filter_map(|told| unused(fix, &told));
        faults.extend(unused.map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Why what a message tells is not in the mended program.
fn unused(fix: Option<&Fix>, told: &Told<'_>) -> Option<String> {
    let Some(fix) = fix else {
        return Some(format!("nothing pastes {told:?}"));
    };
    let Told::Write(codes) = told else {
        return None;
    };
    let mended = fix.mended();
    let is_there = |code: &&str| mended.contains(code.split('…').next().unwrap_or(code));
    let is_used = codes.iter().any(is_there);
    (!is_used).then(|| format!("the message tells {codes:?}"))
}
