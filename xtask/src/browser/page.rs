//! One page of the browser: where it went, what it shows, what went wrong.

use super::chromium::{Browser, CALL};
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a page may take to load.
const LOAD: Duration = Duration::from_secs(15);

/// A page. The browser keeps it open until [`Page::close`].
pub(crate) struct Page<'b> {
    browser: &'b mut Browser,
    target: String,
    session: String,
    seen: Seen,
}

/// What the server answered for the page itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Response {
    /// 200, 404, …
    pub(crate) status: u64,
    /// The header `Content-Type` as it came, or nothing.
    pub(crate) content_type: String,
    /// What the browser took it for: `text/plain`.
    pub(crate) mime: String,
    /// The browser's number for the connection.
    pub(crate) connection: u64,
}

impl<'b> Page<'b> {
    pub(super) fn open(browser: &'b mut Browser) -> Result<Page<'b>> {
        let new = browser.call(CALL, None, "Target.createTarget", &json!({ "url": "about:blank" }))?;
        let target = text_of(&new["targetId"])?;
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = browser.call(CALL, None, "Target.attachToTarget", &attach)?;
        let session = text_of(&attached["sessionId"])?;
        let seen = Seen { frame: target.clone(), ..Seen::default() };
        let mut page = Page { browser, target, session, seen };
        for domain in ["Page", "Network", "Runtime", "Log"] {
            page.call(&format!("{domain}.enable"), &json!({}))?;
        }
        page.call("Page.setLifecycleEventsEnabled", &json!({ "enabled": true }))?;
        page.call("Network.setCacheDisabled", &json!({ "cacheDisabled": true }))?;
        Ok(page)
    }

    /// Opens a URL and waits until it has loaded.
    ///
    /// # Errors
    /// When nothing answers there or it takes too long. A 404 is an answer.
    pub(crate) fn go(&mut self, url: &str) -> Result<Response> {
        self.seen.load = Load::default();
        let answer = self
            // Answered only when the server has begun to reply.
            .call_within(LOAD, "Page.navigate", &json!({ "url": url }))
            .with_context(|| format!("{url} does not answer"))?;
        if let Some(error) = answer["errorText"].as_str() {
            bail!("{url} cannot be opened: {error}");
        }
        self.loaded().with_context(|| format!("{url} does not load"))
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// As [`Page::go`].
    pub(crate) fn reload(&mut self) -> Result<Response> {
        self.seen.load = Load::default();
        self.call("Page.reload", &json!({}))?;
        self.loaded().context("the page does not load again")
    }

    /// Runs JavaScript in the page and gives its value; a promise is awaited.
    ///
    /// # Errors
    /// When the script throws.
    pub(crate) fn evaluate(&mut self, script: &str) -> Result<Value> {
        let params = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", &params)?;
        let thrown = &answer["exceptionDetails"];
        if !thrown.is_null() {
            bail!("{script}: {}", exception(thrown));
        }
        Ok(answer["result"]["value"].take())
    }

    /// As [`Page::evaluate`], for a script whose value is a string.
    ///
    /// # Errors
    /// When the script throws or gives anything else.
    pub(crate) fn text(&mut self, script: &str) -> Result<String> {
        text_of(&self.evaluate(script)?).with_context(|| format!("{script} is not a string"))
    }

    /// Saves what the page looks like as a PNG file.
    ///
    /// # Errors
    /// When the browser cannot draw it or the file cannot be written.
    pub(crate) fn screenshot(&mut self, file: &Path) -> Result<()> {
        let answer = self.call("Page.captureScreenshot", &json!({ "format": "png" }))?;
        let png = STANDARD.decode(text_of(&answer["data"])?).context("the screenshot is not base64")?;
        fs::write(file, png).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Makes the page so wide and high, in CSS pixels.
    ///
    /// # Errors
    /// When the browser has ended or does not answer.
    pub(crate) fn resize(&mut self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &size)?;
        Ok(())
    }

    /// What the reader has asked their system for: media features with their values.
    ///
    /// # Errors
    /// When the browser has ended or does not answer.
    pub(crate) fn emulate(&mut self, features: &Value) -> Result<()> {
        self.call("Emulation.setEmulatedMedia", &json!({ "features": features }))?;
        Ok(())
    }

    /// From the next page on no script of a page runs; [`Page::evaluate`] still works.
    ///
    /// # Errors
    /// When the browser has ended or does not answer.
    pub(crate) fn without_scripts(&mut self) -> Result<()> {
        self.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }))?;
        Ok(())
    }

    /// Presses and releases a key, as a hand does: `ArrowRight`, `Space`, `Enter`, `Tab`.
    ///
    /// # Errors
    /// When the browser has ended or does not answer, or the key is not known here.
    pub(crate) fn press(&mut self, name: &str) -> Result<()> {
        let (key, code, text) = super::keys::of(name)?;
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let event = json!({ "type": kind, "key": key, "code": name, "windowsVirtualKeyCode": code, "text": text });
            self.call("Input.dispatchKeyEvent", &event)?;
        }
        Ok(())
    }

    /// Puts text where the cursor is, as an input method does: no key moves.
    ///
    /// # Errors
    /// When the browser has ended or does not answer.
    pub(crate) fn insert(&mut self, text: &str) -> Result<()> {
        self.call("Input.insertText", &json!({ "text": text }))?;
        Ok(())
    }

    /// What the page complained of in the console so far.
    pub(crate) fn errors(&self) -> &[String] {
        &self.seen.errors
    }

    /// Every URL that the page asked for so far.
    pub(crate) fn requests(&self) -> &[String] {
        &self.seen.requests
    }

    /// Closes the page. A browser that has ended needs no closing.
    pub(crate) fn close(mut self) {
        let target = json!({ "targetId": self.target });
        let _ = self.call("Target.closeTarget", &target);
    }

    /// Waits for the end of the load that was just started.
    fn loaded(&mut self) -> Result<Response> {
        let deadline = Instant::now() + LOAD;
        loop {
            match &self.seen.load {
                Load { failed: Some(error), .. } => bail!("{error}"),
                Load { done: true, response: Some(response), .. } => return Ok(response.clone()),
                _ => {}
            }
            if let Some(event) = self.browser.event(Some(deadline))? {
                self.seen.take(&self.session, &event);
            }
        }
    }

    /// A command to this page.
    fn call(&mut self, method: &str, params: &Value) -> Result<Value> {
        self.call_within(CALL, method, params)
    }

    /// A command to this page; takes in what happened meanwhile.
    fn call_within(&mut self, time: Duration, method: &str, params: &Value) -> Result<Value> {
        let answer = self.browser.call(time, Some(&self.session), method, params);
        while let Some(event) = self.browser.event(None)? {
            self.seen.take(&self.session, &event);
        }
        answer
    }
}

/// What the events of one page said.
#[derive(Default)]
struct Seen {
    /// The page's own frame; it may have others inside.
    frame: String,
    load: Load,
    errors: Vec<String>,
    requests: Vec<String>,
}

/// One load of the page's own document.
#[derive(Default)]
struct Load {
    /// The browser's name for it: events of an earlier load have another.
    id: Option<String>,
    response: Option<Response>,
    failed: Option<String>,
    done: bool,
}

impl Seen {
    fn take(&mut self, session: &str, event: &Value) {
        if event["sessionId"] != session {
            return;
        }
        let params = &event["params"];
        let is_ours = |id: &Value| id.is_string() && id.as_str() == self.load.id.as_deref();
        match event["method"].as_str().unwrap_or("") {
            "Network.requestWillBeSent" => {
                self.requests.extend(params["request"]["url"].as_str().map(str::to_owned));
                if params["type"] == "Document" && params["frameId"] == *self.frame {
                    let id = params["requestId"].as_str().map(str::to_owned);
                    self.load = Load { id, ..Load::default() };
                }
            }
            "Network.responseReceived" if is_ours(&params["requestId"]) => {
                self.load.response = Some(Response::of(&params["response"]));
            }
            "Network.loadingFailed" if is_ours(&params["requestId"]) => {
                self.load.failed = params["errorText"].as_str().map(str::to_owned);
            }
            "Page.lifecycleEvent" if params["name"] == "load" && is_ours(&params["loaderId"]) => {
                self.load.done = true;
            }
            "Runtime.exceptionThrown" => self.errors.push(exception(&params["exceptionDetails"])),
            "Runtime.consoleAPICalled" if params["type"] == "error" || params["type"] == "assert" => {
                self.errors.push(params["args"].to_string());
            }
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                let text = params["entry"]["text"].as_str().unwrap_or("");
                let url = params["entry"]["url"].as_str().unwrap_or("");
                // The browser asks for this on its own account, at some time
                // or other: that there is none is not the page's error.
                if !url.ends_with("/favicon.ico") {
                    self.errors.push(format!("{text} ({url})"));
                }
            }
            _ => {}
        }
    }
}

impl Response {
    fn of(response: &Value) -> Response {
        let header = |wanted: &str| {
            let headers = response["headers"].as_object()?;
            let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
            value.as_str().map(str::to_owned)
        };
        Response {
            status: response["status"].as_u64().unwrap_or(0),
            content_type: header("content-type").unwrap_or_default(),
            mime: response["mimeType"].as_str().unwrap_or("").to_owned(),
            // A whole number, but JavaScript's: it may come as 7.0.
            connection: response["connectionId"].as_f64().unwrap_or(0.0) as u64,
        }
    }
}

/// The message of something thrown.
fn exception(details: &Value) -> String {
    let thrown = &details["exception"]["description"];
    thrown.as_str().or(details["text"].as_str()).unwrap_or("an exception").to_owned()
}

/// A string of the protocol.
fn text_of(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("expected text, not {value}"))
}
