//! A headless Chromium, driven by its `DevTools` protocol over two pipes.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use skeleton_runtime::test_util::skip;
use skeleton_tests::{is_installed, kill_group};

const PROGRAM: &str = "chromium";

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    commands: File,
    messages: BufReader<File>,
    events: VecDeque<Value>,
    session: String,
    next_id: u64,
    _folder: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It is many processes, which write into the folder as long as they live.
        kill_group(&mut self.child);
    }
}

impl Browser {
    /// `None` where there is no Chromium.
    pub(crate) fn start() -> Option<Self> {
        if !is_installed(PROGRAM) {
            skip("Chromium (not installed: apt-get install chromium)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let [commands, messages] = ["commands", "messages"].map(|name| folder.path().join(name));
        let made = Command::new("mkfifo")
            .args([&commands, &messages])
            .status()
            .unwrap();
        assert!(made.success());
        let mut child = spawn(folder.path(), &commands, &messages);
        // Each of these waits for the other side.
        let commands = OpenOptions::new().write(true).open(commands).unwrap();
        let messages = BufReader::new(File::open(messages).unwrap());
        assert!(
            child.try_wait().unwrap().is_none(),
            "Chromium ended at once"
        );
        let mut browser = Self {
            child,
            commands,
            messages,
            events: VecDeque::new(),
            session: String::new(),
            next_id: 1,
            _folder: folder,
        };
        browser.attach();
        Some(browser)
    }

    /// Opens a page, and listens to all that it tells.
    fn attach(&mut self) {
        let page = json!({ "url": "about:blank" });
        let target = self.call("Target.createTarget", &page)["targetId"].clone();
        let attached = self.call(
            "Target.attachToTarget",
            &json!({ "targetId": target, "flatten": true }),
        );
        attached["sessionId"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.session);
        for domain in ["Page", "Network", "Log", "Runtime", "Audits"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
    }

    /// Calls a method; events that come meanwhile are kept.
    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        let mut command = json!({ "id": id, "method": method, "params": parameters });
        if !self.session.is_empty() {
            command["sessionId"] = self.session.clone().into();
        }
        self.commands
            .write_all(format!("{command}\0").as_bytes())
            .unwrap();
        loop {
            let message = self.message();
            if message["id"] != id {
                self.events.push_back(message);
                continue;
            }
            assert!(message["error"].is_null(), "{method}: {}", message["error"]);
            return message["result"].clone();
        }
    }

    fn message(&mut self) -> Value {
        let mut message = Vec::new();
        self.messages.read_until(0, &mut message).unwrap();
        message.pop();
        serde_json::from_slice(&message).expect("Chromium is there")
    }

    pub(crate) fn open(&mut self, url: &str) {
        self.call("Page.navigate", &json!({ "url": url }));
    }

    /// What an expression gives; a promise is waited for.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            &json!({ "expression": expression, "returnByValue": true, "awaitPromise": true }),
        );
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait_until(&mut self, expression: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.evaluate(expression) != true {
            if Instant::now() > deadline {
                let page = self.evaluate("document.body.innerText");
                panic!(
                    "it does not come to {expression}:\n{}",
                    page.as_str().unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Keeps what the page looks like as `pages/NAME.png`, in the target folder's own for tests.
    pub(crate) fn photograph(&mut self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
        self.photograph_as(&folder.join(format!("{name}.png")));
    }

    /// Keeps what the page looks like.
    pub(crate) fn photograph_as(&mut self, path: &Path) {
        let picture = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        let bytes = BASE64_STANDARD.decode(picture["data"].as_str().unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes.unwrap()).unwrap();
    }

    /// Sets which colours the reader likes: `light` or `dark`.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [feature] }),
        );
        let screen =
            json!({ "width": 1400, "height": 1000, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// Clicks on the first element that fits.
    pub(crate) fn click(&mut self, selector: &str) {
        self.wait_until(&format!("document.querySelector({selector:?}) !== null"));
        self.evaluate(&format!("document.querySelector({selector:?}).click()"));
    }

    /// Types into a field as a person would: frameworks don't see a value that is only set.
    pub(crate) fn fill(&mut self, selector: &str, text: &str) {
        self.wait_until(&format!("document.querySelector({selector:?}) !== null"));
        self.evaluate(&format!(
            "(() => {{
                const field = document.querySelector({selector:?});
                const kind = Object.getPrototypeOf(field);
                Object.getOwnPropertyDescriptor(kind, 'value').set.call(field, {text:?});
                field.dispatchEvent(new Event('input', {{ bubbles: true }}));
                field.dispatchEvent(new Event('change', {{ bubbles: true }}));
            }})()"
        ));
    }

    /// Every address that was asked for so far, and all that the browser found to complain of.
    pub(crate) fn seen(&mut self) -> (Vec<String>, Vec<Value>) {
        // Whatever was on its way comes before this answer.
        self.evaluate("new Promise((done) => setTimeout(done, 200))");
        let (mut urls, mut complaints) = (Vec::new(), Vec::new());
        for event in self.events.drain(..) {
            let parameters = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Network.requestWillBeSent" => {
                    urls.push(parameters["request"]["url"].as_str().unwrap().to_owned());
                }
                "Runtime.exceptionThrown" => complaints.push(event),
                "Log.entryAdded" if is_complaint(&parameters["entry"]) => complaints.push(event),
                "Audits.issueAdded"
                    if parameters["issue"]["code"] == "ContentSecurityPolicyIssue" =>
                {
                    complaints.push(event);
                }
                _ => {}
            }
        }
        (urls, complaints)
    }
}

/// Answers of 4xx are lines too, and so is advice.
fn is_complaint(entry: &Value) -> bool {
    entry["source"] != "network" && entry["level"] != "verbose"
}

/// Chromium reads commands from its descriptor 3 and writes messages to 4.
fn spawn(home: &Path, commands: &Path, messages: &Path) -> Child {
    Command::new("sh")
        .args([
            "-c",
            r#"exec "$0" "$@" 3<"$COMMANDS" 4>"$MESSAGES""#,
            PROGRAM,
        ])
        .args(["--headless=new", "--no-sandbox", "--disable-gpu"])
        .args(["--disable-dev-shm-usage", "--disable-background-networking"])
        .args([
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ])
        .args(["--disable-default-apps", "--remote-debugging-pipe"])
        .arg(format!(
            "--user-data-dir={}",
            home.join("profile").display()
        ))
        .env("COMMANDS", commands)
        .env("MESSAGES", messages)
        .env("HOME", home)
        .env("TMPDIR", home)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
