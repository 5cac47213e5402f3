//! `/docs` and `/redoc` in a browser, behind a proxy that puts a prefix before every path.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use serde_json::Value;
use skeleton_tests::{Server, curl};

use super::PROGRAM;
use super::browser::Browser;

const PREFIX: &str = "/news/room";
const EMAIL: &str = "ann@example.com";
const PASSWORD: &str = "correct horse battery";

/// A proxy that takes the prefix off, before a service that knows where its clients find it.
fn behind_a_prefix() -> (Server, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{PREFIX}", listener.local_addr().unwrap());
    let server = Server::start(PROGRAM, &[("PUBLIC_URL", &url)]);
    let port = server.port();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || pass_on(&client, port));
        }
    });
    (server, url)
}

/// One request for each connection.
fn pass_on(client: &TcpStream, port: u16) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut server = TcpStream::connect(("127.0.0.1", port))?;
    let (mut line, mut length) = (String::new(), 0_u64);
    reader.read_line(&mut line)?;
    let request = if line.contains(&format!(" {PREFIX}/")) {
        line.replacen(PREFIX, "", 1)
    } else {
        line.replacen(" /", " /not-the-prefix/", 1)
    };
    server.write_all(request.as_bytes())?;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line == "\r\n" || line.is_empty() {
            break;
        }
        if !lower.starts_with("connection:") {
            server.write_all(line.as_bytes())?;
        }
    }
    server.write_all(b"connection: close\r\n\r\n")?;
    io::copy(&mut reader.take(length), &mut server)?;
    io::copy(&mut server, &mut &*client)?;
    client.shutdown(std::net::Shutdown::Both)
}

/// Nothing was asked of other hosts, and nothing offended the policy.
fn assert_clean(browser: &mut Browser, service: &str) {
    let (urls, complaints) = browser.seen();
    assert!(urls.len() > 3, "{urls:?}");
    for url in urls {
        let is_local =
            url.starts_with(service) || url.starts_with("data:") || url.starts_with("blob:");
        assert!(is_local, "{url} was asked for");
    }
    assert_eq!(complaints, Vec::<Value>::new());
}

/// The block of an operation on Swagger's page.
fn block(operation: &str) -> String {
    format!("[id$='{operation}'].opblock")
}

/// Tries an operation from the page, with this body, and waits for this status.
fn try_out(browser: &mut Browser, operation: &str, body: &str, status: &str) {
    let block = block(operation);
    browser.click(&format!("{block} .opblock-summary-control"));
    browser.click(&format!("{block} .try-out__btn"));
    browser.fill(&format!("{block} textarea.body-param__text"), body);
    browser.click(&format!("{block} .btn.execute"));
    // Beside the head of the table.
    let statuses = format!("{block} .live-responses-table .response-col_status");
    browser.wait_until(&format!(
        "[...document.querySelectorAll({statuses:?})].some((cell) => cell.textContent.startsWith({status:?}))"
    ));
}

/// Logs in with the form of the page.
fn authorize(browser: &mut Browser) {
    browser.click(".auth-wrapper .btn.authorize");
    browser.fill("#oauth_username", EMAIL);
    browser.fill("#oauth_password", PASSWORD);
    browser.photograph("swagger-authorize");
    // Each scheme has a form; that of the login has a password.
    browser.evaluate(
        "document.querySelector('#oauth_password').closest('.auth-container')\
         .querySelector('.btn.authorize').click()",
    );
    browser.wait_until("document.querySelector('.auth-container .btn-done') !== null");
    browser.wait_until("[...document.querySelectorAll('.auth-container button')].some((button) => button.textContent === 'Logout')");
    browser.click(".auth-container .btn-done");
}

fn document(server: &Server) -> Value {
    serde_json::from_str(&curl(&[&server.url("/openapi.json")])).unwrap()
}

#[test]
fn swagger_shows_every_operation_and_makes_an_article() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, service) = behind_a_prefix();
    let document = document(&server);
    assert_eq!(document["servers"][0]["url"], service);
    let paths = document["paths"].as_object().unwrap().values();
    let methods = ["get", "post", "put", "patch", "delete"];
    let operations =
        paths.flat_map(|path| methods.iter().filter(|method| path[**method].is_object()));
    let operations = operations.count();
    for scheme in ["dark", "light"] {
        browser.prefer(scheme);
        browser.open(&format!("{service}/docs"));
        browser.wait_until(&format!(
            "document.querySelectorAll('.opblock').length === {operations}"
        ));
        browser.photograph(&format!("swagger-{scheme}"));
    }
    // The README's: a path from the root of the project.
    if let Some(path) = std::env::var_os("DOCS_PICTURE") {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        browser.evaluate("document.querySelector('#operations-tag-articles').scrollIntoView()");
        browser.photograph_as(&root.join(path));
    }
    let account = format!(r#"{{"email": "{EMAIL}", "password": "{PASSWORD}"}}"#);
    try_out(&mut browser, "register", &account, "201");
    authorize(&mut browser);
    // The example of the document is a body that is taken.
    let example = &document["paths"]["/articles"]["post"]["requestBody"]["content"];
    let example = example["application/json"]["example"].to_string();
    try_out(&mut browser, "create_article", &example, "201");
    for scheme in ["light", "dark"] {
        browser.prefer(scheme);
        let block = block("create_article");
        browser.evaluate(&format!(
            "document.querySelector({block:?}).scrollIntoView()"
        ));
        // Colours fade into each other.
        browser
            .wait_until("document.getAnimations().every((fade) => fade.playState === 'finished')");
        browser.photograph(&format!("swagger-article-{scheme}"));
    }
    assert_clean(&mut browser, &service);
}

#[test]
fn redoc_shows_every_tag() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, service) = behind_a_prefix();
    let document = document(&server);
    for scheme in ["dark", "light"] {
        browser.prefer(scheme);
        browser.open(&format!("{service}/redoc"));
        for tag in document["tags"].as_array().unwrap() {
            let tag = tag["name"].as_str().unwrap();
            browser.wait_until(&format!(
                "document.querySelector({:?}) !== null",
                format!("[id='tag/{tag}']")
            ));
        }
        browser.wait_until("document.body.textContent.includes('/articles/{id}')");
        browser.photograph(&format!("redoc-{scheme}"));
        browser.evaluate(
            "document.querySelector(\"[id='tag/articles/operation/create_article']\").scrollIntoView()",
        );
        browser.photograph(&format!("redoc-article-{scheme}"));
    }
    assert_clean(&mut browser, &service);
}
