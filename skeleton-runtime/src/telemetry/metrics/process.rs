//! The process as Linux tells of it; elsewhere nothing is told.

use std::fs;

use tokio::runtime::Handle;

use super::{Exposition, float};

/// What `/proc` counts time in (`USER_HZ`): 100 on every platform that Rust's Linux targets name.
const TICKS_PER_SECOND: f64 = 100.0;

/// The names are those of Prometheus's own client libraries.
pub(super) fn collect(exposition: &mut Exposition) {
    if let Some(stat) = Stat::read() {
        exposition.counter(
            "process_cpu_seconds_total",
            "Processor time used, in user and system mode.",
            stat.cpu_seconds,
        );
        if let Some(boot) = boot_time() {
            exposition.gauge(
                "process_start_time_seconds",
                "When the process started, in Unix time.",
                boot + stat.started_after_boot,
            );
        }
    }
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        let bytes = |field| number_after(&status, field).map(|kibibytes| kibibytes * 1024.0);
        gauge(
            exposition,
            "process_resident_memory_bytes",
            "Memory in use.",
            bytes("VmRSS:"),
        );
        gauge(
            exposition,
            "process_virtual_memory_bytes",
            "Addresses in use.",
            bytes("VmSize:"),
        );
        gauge(
            exposition,
            "process_threads",
            "Threads.",
            number_after(&status, "Threads:"),
        );
    }
    let open = fs::read_dir("/proc/self/fd").ok();
    // One of them is that of the listing itself.
    let open = open.map(|files| float(files.count().saturating_sub(1)));
    gauge(
        exposition,
        "process_open_fds",
        "File descriptors in use.",
        open,
    );
    let most = fs::read_to_string("/proc/self/limits").ok();
    let most = most.and_then(|limits| number_after(&limits, "Max open files"));
    gauge(
        exposition,
        "process_max_fds",
        "File descriptors that there may be.",
        most,
    );
    runtime(exposition);
}

fn runtime(exposition: &mut Exposition) {
    let Ok(runtime) = Handle::try_current() else {
        return;
    };
    let metrics = runtime.metrics();
    let figures = [
        (
            "runtime_workers",
            "Threads that run tasks.",
            metrics.num_workers(),
        ),
        (
            "runtime_tasks",
            "Tasks that are alive.",
            metrics.num_alive_tasks(),
        ),
        (
            "runtime_queue_tasks",
            "Tasks that wait for a thread, in the shared queue.",
            metrics.global_queue_depth(),
        ),
    ];
    for (name, help, value) in figures {
        exposition.gauge(name, help, float(value));
    }
}

fn gauge(exposition: &mut Exposition, name: &str, help: &str, value: Option<f64>) {
    if let Some(value) = value {
        exposition.gauge(name, help, value);
    }
}

struct Stat {
    cpu_seconds: f64,
    started_after_boot: f64,
}

impl Stat {
    fn read() -> Option<Self> {
        Self::parse(&fs::read_to_string("/proc/self/stat").ok()?)
    }

    /// Fields are counted behind the program's name, which is in parentheses and may hold anything.
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
        // proc(5) counts from the process id; the first field here is its third.
        let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
        Some(Self {
            cpu_seconds: (field(14)? + field(15)?) / TICKS_PER_SECOND,
            started_after_boot: field(22)? / TICKS_PER_SECOND,
        })
    }
}

fn boot_time() -> Option<f64> {
    number_after(&fs::read_to_string("/proc/stat").ok()?, "btime")
}

/// The number behind `field`, which begins a line.
fn number_after(text: &str, field: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(field))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_program_may_hold_anything() {
        let stat = "7 (a) b) 1 (c) S 1 7 7 0 -1 4194304 1 2 3 4 150 50 0 0 20 0 9 0 4200 1 2";
        let stat = Stat::parse(stat).unwrap();
        assert!(
            (stat.cpu_seconds - 2.0).abs() < 1e-9,
            "{}",
            stat.cpu_seconds
        );
        assert!((stat.started_after_boot - 42.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_found_by_their_line() {
        let limits =
            "Limit  Soft Limit  Hard Limit\nMax open files            1024      4096   files\n";
        assert_eq!(number_after(limits, "Max open files"), Some(1024.0));
        assert_eq!(number_after(limits, "Max nice"), None);
    }
}
