//! What the messages tell to write, pasted into the programs that they are about: `ui/fixes.txt`.

/// A program, and what is written there instead of what.
pub(crate) struct Fix {
    pub(crate) folder: String,
    pub(crate) file: String,
    pub(crate) changes: Vec<Change>,
}

#[derive(Default)]
pub(crate) struct Change {
    pub(crate) old: Vec<String>,
    pub(crate) new: Vec<String>,
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

    pub(crate) fn name(&self) -> String {
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
}

/// All of them; relative to the folder of the package.
pub(crate) fn fixes() -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    for line in read("ui/fixes.txt").lines() {
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

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
