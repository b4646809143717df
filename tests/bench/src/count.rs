//! A fixed number of requests and nothing else, for callgrind to count.

use std::hint::black_box;

use crate::{
    ask::{Ask, Asker, call},
    peer,
};

/// Prepares so many requests of one kind and sends them to one peer.
pub(crate) async fn run(
    name: &str,
    ask: &str,
    requests: usize,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let ask = Ask::ALL
        .iter()
        .find(|it| it.name() == ask)
        .ok_or("no such request")?;
    let peers = peer::all().await;
    let peer = peers
        .iter()
        .find(|it| it.name == name)
        .ok_or("no such peer")?;
    let mut asker = Asker::new(peer).await;
    // Only what happens in here is counted: `callgrind.sh` toggles at this function.
    let prepared = asker.prepare(*ask, requests + 8).await;
    let mut prepared = prepared.into_iter();
    for request in prepared.by_ref().take(8) {
        black_box(call(asker.app(), request).await);
    }
    for request in prepared {
        counted(asker.app(), request);
    }
    Ok(())
}

/// One request, polled once: in this process nothing has to be waited for.
#[inline(never)]
fn counted(app: &axum::Router, request: axum::extract::Request) {
    // Outside of the time slices that tokio gives a task, which would end amid the loop.
    let answer = tokio::task::coop::unconstrained(call(app, request));
    let mut answer = std::pin::pin!(answer);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match answer.as_mut().poll(&mut context) {
        std::task::Poll::Ready(response) => drop(black_box(response)),
        std::task::Poll::Pending => panic!("the answer had to be waited for"),
    }
}
