//! `/docs` and `/redoc` in a browser, behind a proxy that puts a prefix before every path.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::Value;
use skeleton_tests::{Server, curl};

use super::PROGRAM;
use super::browser::Browser;

const PREFIX: &str = "/news/room";
const PASSWORD: &str = "correct horse battery";

/// Takes the prefix off; gives the address of the service as the browser has it.
fn behind_a_prefix(server: &Server) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, address) = (server.port(), listener.local_addr().unwrap());
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || pass_on(&client, port));
        }
    });
    format!("http://{address}{PREFIX}")
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

fn register(server: &Server, email: &str) {
    let body = format!(r#"{{"email": "{email}", "password": "{PASSWORD}"}}"#);
    let made = curl(&[
        "-H",
        "content-type: application/json",
        "-d",
        &body,
        &server.url("/auth/register"),
    ]);
    assert!(made.contains(email), "{made}");
}

/// Logs in with the form, where the service takes it, else pastes a token.
fn authorize(browser: &mut Browser, server: &Server) {
    register(server, "ann@example.com");
    let form = format!(
        "grant_type=password&username=ann@example.com&password={}",
        PASSWORD.replace(' ', "+")
    );
    let login = curl(&["-d", &form, &server.url("/auth/token")]);
    browser.click(".auth-wrapper .btn.authorize");
    if login.contains("access_token") {
        browser.fill("#oauth_username", "ann@example.com");
        browser.fill("#oauth_password", PASSWORD);
        // Each scheme has a form; that of the login has a password.
        browser.evaluate(
            "document.querySelector('#oauth_password').closest('.auth-container')\
             .querySelector('.btn.authorize').click()",
        );
    } else {
        let token = server.command(&["token"]);
        browser.fill("#auth-bearer-value", token.trim());
        browser.evaluate(
            "document.querySelector('#auth-bearer-value').closest('.auth-container')\
             .querySelector('.btn.authorize').click()",
        );
    }
    browser.wait_until("document.querySelector('.auth-container .btn-done') !== null");
    browser.wait_until("[...document.querySelectorAll('.auth-container button')].some((button) => button.textContent === 'Logout')");
    browser.click(".auth-container .btn-done");
}

#[test]
fn swagger_shows_every_operation_and_makes_an_article() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::start(PROGRAM, &[]);
    let service = behind_a_prefix(&server);
    browser.open(&format!("{service}/docs"));
    let document: Value = serde_json::from_str(&curl(&[&server.url("/openapi.json")])).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let methods = ["get", "post", "put", "patch", "delete"];
    let operations =
        paths.flat_map(|path| methods.iter().filter(|method| path[**method].is_object()));
    let operations = operations.count();
    browser.wait_until(&format!(
        "document.querySelectorAll('.opblock').length === {operations}"
    ));
    authorize(&mut browser, &server);
    let block = "[id$='create_article'].opblock";
    browser.click(&format!("{block} .opblock-summary-control"));
    browser.click(&format!("{block} .try-out__btn"));
    browser.fill(
        &format!("{block} textarea.body-param__text"),
        r#"{"title": "By hand", "body": "From the page."}"#,
    );
    browser.click(&format!("{block} .btn.execute"));
    // Beside the head of the table.
    let statuses = format!("{block} .live-responses-table .response-col_status");
    browser.wait_until(&format!(
        "[...document.querySelectorAll({statuses:?})].some((cell) => cell.textContent.startsWith('201'))"
    ));
    assert_clean(&mut browser, &service);
}

#[test]
fn redoc_shows_every_tag() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::start(PROGRAM, &[]);
    let service = behind_a_prefix(&server);
    browser.open(&format!("{service}/redoc"));
    let document: Value = serde_json::from_str(&curl(&[&server.url("/openapi.json")])).unwrap();
    for tag in document["tags"].as_array().unwrap() {
        let tag = tag["name"].as_str().unwrap();
        browser.wait_until(&format!(
            "document.querySelector({:?}) !== null",
            format!("[id='tag/{tag}']")
        ));
    }
    browser.wait_until("document.body.textContent.includes('/articles/{id}')");
    assert_clean(&mut browser, &service);
}
