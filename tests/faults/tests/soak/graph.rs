//! The figures as a picture: four of them over time, one line for each database, and when something broke.

use std::fmt::Write as _;
use std::time::Duration;

use super::faults::{Fault, KINDS, OF_POSTGRES, OF_SQLITE};
use super::watch::{Sample, Window};

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 60.0;
/// Of a panel, and from one to the next.
const HEIGHT: f64 = 130.0;
const STEP: f64 = 170.0;
const LEGEND: f64 = 110.0;
/// The points of a line.
const POINTS: usize = 300;
const COLOURS: [&str; 2] = ["#1f5fa8", "#d9730d"];

/// A figure: its title, its values for some samples, and how it is drawn.
struct Panel {
    title: &'static str,
    of: fn(&[Sample]) -> f64,
    /// By powers of ten, from 1.
    is_log: bool,
}

const PANELS: [Panel; 4] = [
    Panel {
        title: "answers per second (thin: refused)",
        of: answers,
        is_log: false,
    },
    Panel {
        title: "p99, ms (of a second; the worst of each point)",
        of: p99,
        is_log: true,
    },
    Panel {
        title: "resident memory, MiB",
        of: memory,
        is_log: false,
    },
    Panel {
        title: "open descriptors (median of each point)",
        of: descriptors,
        is_log: false,
    },
];

fn mean(samples: &[Sample], figure: impl Fn(&Sample) -> f64) -> f64 {
    let count = u32::try_from(samples.len()).unwrap();
    samples.iter().map(figure).sum::<f64>() / f64::from(count)
}

fn answers(samples: &[Sample]) -> f64 {
    mean(samples, |sample| f64::from(sample.second.answers))
}

fn refused(samples: &[Sample]) -> f64 {
    mean(samples, |sample| f64::from(sample.second.refused))
}

fn p99(samples: &[Sample]) -> f64 {
    let worst = samples.iter().map(|sample| sample.second.p99).max();
    worst.unwrap_or_default().as_secs_f64() * 1e3
}

fn memory(samples: &[Sample]) -> f64 {
    mean(samples, |sample| f64::from(sample.memory) / 1024.0)
}

fn descriptors(samples: &[Sample]) -> f64 {
    let mut open: Vec<_> = samples.iter().map(|sample| sample.descriptors).collect();
    open.sort_unstable();
    f64::from(open[open.len() / 2])
}

/// Where things are.
struct Axes {
    span: f64,
    bottom: f64,
    most: f64,
    is_log: bool,
}

impl Axes {
    fn x(&self, at: Duration) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * at.as_secs_f64() / self.span
    }

    fn y(&self, value: f64) -> f64 {
        let part = if self.is_log {
            value.max(1.0).log10() / self.most.log10()
        } else {
            value / self.most
        };
        self.bottom - HEIGHT * part
    }
}

/// SVG.
pub(crate) fn picture(sides: &[(&str, &[Sample])], windows: &[Window]) -> String {
    let last = sides[0].1.last().unwrap().at;
    let height = TOP + STEP * 4.0 + LEGEND;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    for (side, (name, _)) in sides.iter().enumerate() {
        let x = LEFT + 110.0 * f64::from(u8::try_from(side).unwrap());
        let colour = COLOURS[side];
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"20\" fill=\"{colour}\" font-weight=\"bold\">{name}</text>"
        );
    }
    for (number, panel) in (0_u8..).zip(&PANELS) {
        let bottom = TOP + STEP * f64::from(number) + HEIGHT;
        draw(&mut svg, panel, sides, windows, bottom, last);
    }
    legend(&mut svg, height - LEGEND + 10.0);
    svg.push_str("</svg>\n");
    svg
}

fn draw(
    svg: &mut String,
    panel: &Panel,
    sides: &[(&str, &[Sample])],
    windows: &[Window],
    bottom: f64,
    last: Duration,
) {
    let lines =
        |of: fn(&[Sample]) -> f64| sides.iter().map(move |(_, samples)| points(samples, of));
    let values = lines(panel.of).flatten().map(|(_, value)| value);
    let most = ceiling(values.fold(1.0, f64::max), panel.is_log);
    let axes = Axes {
        span: last.as_secs_f64(),
        bottom,
        most,
        is_log: panel.is_log,
    };
    for window in windows {
        let (from, to) = (axes.x(window.from), axes.x(window.to));
        let fill = if window.fault == Fault::Stall {
            "#fbd5d5"
        } else {
            "#eee"
        };
        let (width, top) = ((to - from).max(1.0), bottom - HEIGHT);
        let _ = writeln!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"{HEIGHT}\" fill=\"{fill}\"/>"
        );
        let Some(number) = kind(window) else {
            continue;
        };
        let y = top - 2.0;
        let _ = writeln!(
            svg,
            "<text x=\"{from:.1}\" y=\"{y}\" font-size=\"8\" fill=\"#777\">{number}</text>"
        );
    }
    let title = bottom - HEIGHT - 12.0;
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{title}\">{}</text>",
        panel.title
    );
    scale(svg, &axes, last);
    for (line, colour) in lines(panel.of).zip(COLOURS) {
        polyline(svg, &axes, &line, colour, 1.4);
    }
    if panel.title.contains("refused") {
        for (line, colour) in lines(refused).zip(COLOURS) {
            polyline(svg, &axes, &line, colour, 0.5);
        }
    }
}

/// One for each stretch of samples.
fn points(samples: &[Sample], of: fn(&[Sample]) -> f64) -> Vec<(Duration, f64)> {
    let stretches = samples.chunks(samples.len().div_ceil(POINTS));
    stretches
        .map(|stretch| (stretch[0].at, of(stretch)))
        .collect()
}

/// A round figure above.
fn ceiling(value: f64, is_log: bool) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    if is_log {
        return power * 10.0;
    }
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0];
    let fitting = steps.iter().find(|step| value * 1.05 <= **step * power);
    fitting.map_or(power * 10.0, |step| step * power)
}

fn scale(svg: &mut String, axes: &Axes, last: Duration) {
    let mut marks = Vec::new();
    if axes.is_log {
        let mut mark = 1.0;
        while mark <= axes.most {
            marks.push(mark);
            mark *= 10.0;
        }
    } else {
        marks.extend([0.0, axes.most / 2.0, axes.most]);
    }
    let right = WIDTH - RIGHT;
    for mark in marks {
        let y = axes.y(mark);
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#ccc\" stroke-width=\".5\"/>"
        );
        let (x, y) = (LEFT - 6.0, y + 4.0);
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y:.1}\" text-anchor=\"end\" fill=\"#555\">{mark}</text>"
        );
    }
    let digits = usize::from(last < Duration::from_mins(10));
    let y = axes.bottom + 14.0;
    for tenth in (0_u32..=10).step_by(2) {
        let at = last * tenth / 10;
        let (x, minutes) = (axes.x(at), at.as_secs_f64() / 60.0);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\" fill=\"#555\">{minutes:.digits$} min</text>"
        );
    }
}

fn polyline(svg: &mut String, axes: &Axes, line: &[(Duration, f64)], colour: &str, width: f64) {
    let mut path = String::new();
    for (at, value) in line {
        let _ = write!(path, "{:.1},{:.1} ", axes.x(*at), axes.y(*value));
    }
    let path = path.trim_end();
    let _ = writeln!(
        svg,
        "<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
    );
}

/// Its number in the legend; a stall of the machine has none.
fn kind(window: &Window) -> Option<usize> {
    let is_it = |fault: &Fault| *fault == window.fault;
    let number = OF_POSTGRES.iter().position(is_it);
    Some(number.or_else(|| OF_SQLITE.iter().position(is_it))? + 1)
}

fn legend(svg: &mut String, top: f64) {
    let (mut x, mut y) = (LEFT, top);
    for number in 0..KINDS {
        let (first, second) = (OF_POSTGRES[number].name(), OF_SQLITE[number].name());
        let name = if first == second {
            first.to_owned()
        } else {
            format!("{first} / {second}")
        };
        let number = number + 1;
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" fill=\"#555\">{number}: {name}</text>"
        );
        y += 20.0;
        if number % 3 == 0 {
            (x, y) = (x + 320.0, top);
        }
    }
    let y = top + 65.0;
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{y}\" fill=\"#c33\">red: the machine itself stood still</text>"
    );
}
