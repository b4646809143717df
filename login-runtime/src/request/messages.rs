//! The messages of one request: those that came with it, and those that it leaves.

use std::sync::Arc;

use axum::http::request::Parts;

use super::{LoginHandle, RequestState};
use crate::{error::LoginError, flash::FlashedMessage, next::MAX_TARGET};

/// Reads the flash cookie into the request's state, once.
pub(crate) fn load(handle: &LoginHandle, parts: &Parts) {
    read(&mut handle.state(), handle, parts);
}

fn read(state: &mut RequestState, handle: &LoginHandle, parts: &Parts) {
    if state.flash.is_loaded() {
        return;
    }
    let realm = &*handle.realm;
    let sent = realm.flash.0.is_sent_by(&parts.headers).then(|| {
        let now = state.now(realm);
        realm.flash.read(&parts.headers, now, realm.limits.skew)
    });
    state.flash.load(sent);
}

/// Leaves one of the manager's own messages, translated, unless it would not fit.
pub(crate) fn leave(handle: &LoginHandle, parts: &Parts, message: &Arc<FlashedMessage>) {
    let message = translated(handle, parts, message);
    add_ours(handle, parts, message);
}

/// The same, unless the message waits already.
pub(crate) fn leave_once(handle: &LoginHandle, parts: &Parts, message: &Arc<FlashedMessage>) {
    let message = translated(handle, parts, message);
    load(handle, parts);
    let waits = handle.state().flash.has_waiting(&message);
    if !waits {
        add_ours(handle, parts, message);
    }
}

fn translated(
    handle: &LoginHandle,
    parts: &Parts,
    message: &Arc<FlashedMessage>,
) -> Arc<FlashedMessage> {
    match &handle.realm.refusal.localize {
        Some(localize) if !message.text.is_empty() => {
            let text = localize(&message.text, parts);
            Arc::new(FlashedMessage::new(message.category.clone(), text))
        }
        _ => Arc::clone(message),
    }
}

fn add_ours(handle: &LoginHandle, parts: &Parts, message: Arc<FlashedMessage>) {
    if message.text.is_empty() {
        return;
    }
    // No more than a wanted page may take: a refusal is to fit wherever headers have a limit.
    if add(handle, parts, message, MAX_TARGET).is_err() {
        tracing::warn!(target: "login_runtime", "a message was not flashed: too much waits already");
    }
}

/// Adds a message from the library itself.
fn add(
    handle: &LoginHandle,
    parts: &Parts,
    message: Arc<FlashedMessage>,
    limit: usize,
) -> Result<(), LoginError> {
    let mut state = handle.state();
    read(&mut state, handle, parts);
    state.flash.add(&handle.realm.flash, message, limit)
}

/// Everything that waits, of this manager and those around it.
pub(crate) fn take_all(handle: &LoginHandle, parts: Option<&Parts>) -> Vec<FlashedMessage> {
    let mut messages = Vec::new();
    for handle in handle.chain() {
        if let Some(parts) = parts {
            load(handle, parts);
        }
        messages.append(&mut handle.state().flash.take());
    }
    messages
}
