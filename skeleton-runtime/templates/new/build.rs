//! Cargo does not see by itself that there are new migrations, since `migrations!` embeds a whole folder.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
