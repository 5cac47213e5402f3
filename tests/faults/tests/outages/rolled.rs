//! Two instances behind nginx, of which one is restarted after the other.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use skeleton_faults::load::mixed;
use skeleton_faults::report::{ms, skip, tell};
use skeleton_faults::{Cluster, Ledger, Load, Service, size};
use skeleton_tests::free_port;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::{PROGRAM, SOON, healthy, ready};

/// nginx in a folder of its own, gone with this.
struct Nginx {
    child: Child,
    folder: TempDir,
    port: u16,
}

impl Nginx {
    /// None, and a word of it, where it is not installed.
    async fn before(instances: [u16; 2]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        fs::write(folder.path().join("nginx.conf"), conf(port, instances)).unwrap();
        let child = Command::new("nginx")
            .env("PATH", path())
            .arg("-p")
            .arg(folder.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            skip("nginx is not installed");
            return None;
        };
        let nginx = Self {
            child,
            folder,
            port,
        };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Some(nginx);
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("nginx does not serve: {}", nginx.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what nginx said:\n{}", self.log());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Debian keeps it off the PATH of those who aren't root.
fn path() -> String {
    format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default())
}

/// As in docs/reliability.md, but for the paths.
fn conf(port: u16, instances: [u16; 2]) -> String {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reliability.md"));
    let page = page.unwrap();
    let told = page.split("```nginx\n").nth(1).unwrap();
    let told = told.split("```").next().unwrap();
    let told = told
        .replace("10.0.0.1:8000", &format!("127.0.0.1:{}", instances[0]))
        .replace("10.0.0.2:8000", &format!("127.0.0.1:{}", instances[1]))
        .replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {name};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{folders}{told}}}\n"
    )
}

async fn roll(service: &mut Service) -> Duration {
    service.signal("TERM");
    let ended = service.ended(Duration::from_secs(15)).await;
    assert_eq!(ended.expect("it ends").code(), Some(0));
    service.restart();
    healthy(service, SOON).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let settings = [("SHUTDOWN_DRAIN_SECONDS", "1")];
    let (mut first, token) = ready(&cluster.url(), &settings).await;
    let url = cluster.url();
    let mut second = Service::start(
        PROGRAM,
        &[&[("DATABASE_URL", url.as_str())], &settings[..]].concat(),
    );
    healthy(&second, SOON).await;
    let Some(nginx) = Nginx::before([first.port(), second.port()]).await else {
        return;
    };
    let load = Load::start(nginx.port, 8, mixed(&token, "rolled"));
    let mut slowest = Duration::ZERO;
    let times = size(1, 10);
    for _ in 0..times {
        sleep(Duration::from_millis(500)).await;
        slowest = slowest.max(roll(&mut first).await);
        slowest = slowest.max(roll(&mut second).await);
    }
    sleep(Duration::from_millis(500)).await;
    let tally = load.stop().await;
    tally.only(&[]);
    Ledger::open(&url).check(&[&tally]).await;
    tell(
        &format!("two instances behind nginx rolled {times} ×"),
        &[
            ("answers", &format!("{:?}", tally.outcomes())),
            ("failed", &0),
            ("p99", &ms(tally.percentile(99))),
            ("longest", &ms(tally.longest())),
            ("ready within", &ms(slowest)),
        ],
    );
}
