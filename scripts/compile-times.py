#!/usr/bin/env python3
"""CPU seconds that an application of N generated resources of ten fields costs the compiler.

    scripts/compile-times.py [--release] [N …]        (1 10 30)

Makes an application in a scratch folder that depends on skeleton-runtime, builds its dependencies, and then measures
`cargo check` and a debug build of the application's own crate, cold and after one resource was touched. User CPU
seconds of cargo and rustc together; the size is that of the debug binary. With --release it is the size of the release
binary alone.
"""
import os, pathlib, resource, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESOURCE = '''
use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, DbEnum)]
pub enum Status{n} {{ #[default] Draft, Published, Archived }}

#[resource]
#[requires_role(read = Viewer, update = owner | Admin)]
pub struct Thing{n} {{
    pub id: Uuid,
    #[garde(length(chars, min = 1, max = 200))]
    #[field(filter, sort)]
    pub title: String,
    pub body: String,
    #[field(filter, sort, default)]
    pub status: Status{n},
    #[field(filter, sort, default)]
    pub views: i32,
    #[field(filter, sort)]
    pub rating: Option<Decimal>,
    pub metadata: Option<JsonValue>,
    #[field(filter, owner)]
    pub author_id: Uuid,
    #[field(filter, sort)]
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}}
'''


def application(folder, count):
    source = folder / "src"
    source.mkdir(parents=True)
    manifest = (ROOT / "Cargo.toml").read_text()
    profiles = manifest[manifest.index("[profile."):]
    (folder / "Cargo.toml").write_text(
        '[workspace]\n[package]\nname = "application"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\n'
        f'skeleton-runtime = {{ path = "{ROOT}/skeleton-runtime" }}\n{profiles}')
    shutil.copy(ROOT / "Cargo.lock", folder)
    for number in range(count):
        (source / f"thing{number}.rs").write_text(RESOURCE.format(n=number))
    modules = "".join(f"mod thing{number};\n" for number in range(count))
    resources = "".join(f"        .resource::<thing{number}::Thing{number}>()\n" for number in range(count))
    (source / "main.rs").write_text(
        f"use skeleton_runtime::prelude::*;\n{modules}fn main() -> ExitCode {{\n    App::new(package!())\n{resources}        .run()\n}}\n")


def cpu(folder, *command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    environment = {**os.environ, "CARGO_TARGET_DIR": str(folder.parent / "target")}
    subprocess.run(["cargo", *command, "--offline", "-q"], cwd=folder, check=True, env=environment)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def measure(folder, command):
    cpu(folder, "clean", "-p", "application")
    cold = cpu(folder, command)
    (folder / "src" / "thing0.rs").open("a").write("// touched\n")
    return cold, cpu(folder, command)


def sizes(scratch, counts):
    print("| resources | release binary |\n|--:|--:|")
    for count in counts:
        folder = scratch / f"of{count}"
        application(folder, count)
        cpu(folder, "build", "--release")
        size = (scratch / "target/release/application").stat().st_size
        print(f"| {count} | {size / 1e6:.2f} MB |", flush=True)


def times(scratch, counts):
    print("| resources | check | check after a touch | debug build | build after a touch | debug binary |\n|--:|--:|--:|--:|--:|--:|")
    for count in counts:
        folder = scratch / f"of{count}"
        application(folder, count)
        cpu(folder, "check"), cpu(folder, "build")
        checks, builds = measure(folder, "check"), measure(folder, "build")
        size = (scratch / "target/debug/application").stat().st_size / 1e6
        print(f"| {count} | {checks[0]:.1f} | {checks[1]:.1f} | {builds[0]:.1f} | {builds[1]:.1f} | {size:.0f} MB |", flush=True)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--release"]
    counts = [int(argument) for argument in arguments] or [1, 10, 30]
    with tempfile.TemporaryDirectory(prefix="compile-times-") as scratch:
        measured = times if len(arguments) == len(sys.argv) - 1 else sizes
        measured(pathlib.Path(scratch), counts)


if __name__ == "__main__":
    main()
