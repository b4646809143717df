//! A request body that counts how often it is asked for bytes.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

/// A request body that counts how often it is asked for bytes.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use axum::body::to_bytes;
/// use login_tests::CountingBody;
///
/// let (body, polls) = CountingBody::new("a body");
/// assert_eq!(polls.count(), 0);
/// assert_eq!(to_bytes(body, 100).await.unwrap(), "a body");
/// assert_ne!(polls.count(), 0);
/// # });
/// ```
pub struct CountingBody {
    left: Option<Bytes>,
    polls: Polls,
}

/// How often a [`CountingBody`] was polled.
#[derive(Clone, Default)]
pub struct Polls(Arc<AtomicUsize>);

impl Polls {
    /// How often the body was polled so far.
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl CountingBody {
    /// A body of these bytes, and its counter.
    // Made to be a request's body, which is never the type itself.
    #[expect(clippy::new_ret_no_self)]
    pub fn new(bytes: impl Into<Bytes>) -> (Body, Polls) {
        let polls = Polls::default();
        let body = Self {
            left: Some(bytes.into()),
            polls: polls.clone(),
        };
        (Body::new(body), polls)
    }
}

impl HttpBody for CountingBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.polls.0.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(self.left.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
