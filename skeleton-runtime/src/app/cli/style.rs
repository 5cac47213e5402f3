//! How a command's output looks: tables, and colours where a person looks at a terminal.

use std::io::{self, IsTerminal as _};

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    has_color: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Color {
    Green,
    Yellow,
    Red,
    Bold,
}

impl Style {
    /// For standard output; `is_wanted` is what `NO_COLOR` leaves.
    pub(super) fn stdout(is_wanted: bool) -> Self {
        Self {
            has_color: is_wanted && io::stdout().is_terminal(),
        }
    }

    pub(super) fn paint(self, color: Color, text: &str) -> String {
        if !self.has_color {
            return text.to_owned();
        }
        let code = match color {
            Color::Green => 32,
            Color::Yellow => 33,
            Color::Red => 31,
            Color::Bold => 1,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Rows with a head, each column as wide as it needs.
pub(super) fn table<const N: usize>(style: Style, head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths);
        let padded: Vec<_> = padded
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut text = style.paint(Color::Bold, &line(head)) + "\n";
    for row in rows {
        text.push_str(&line(row.each_ref().map(String::as_str)));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_end_where_their_text_does() {
        let rows = [
            ["é".to_owned(), "x".to_owned()],
            ["long".to_owned(), String::new()],
        ];
        let plain = Style { has_color: false };
        assert_eq!(
            table(plain, ["a", "bb"], &rows),
            "a     bb\né     x\nlong\n"
        );
        let colored = Style { has_color: true };
        assert_eq!(colored.paint(Color::Red, "x"), "\u{1b}[31mx\u{1b}[0m");
    }
}
