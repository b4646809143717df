//! Runs other people's code so that an error, a panic or a hang of it stays an answer.

use std::{
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use crate::{error::LoginError, store::StoreError};

/// What became of a future that did not finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    Panicked,
    TimedOut,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panicked => "panicked",
            Self::TimedOut => "did not answer in time (`timeout`)",
        })
    }
}

/// Asks for something that may be at hand; a panic counts as `None`.
#[inline]
pub(crate) fn at_hand<T>(ask: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(ask)).ok()?
}

/// Awaits `future` for at most `limit`, and turns a panic of it into a value.
///
/// The timer is only made once the future has to wait: most answers are there at once. It is boxed,
/// because every guard's future would have room for it otherwise.
pub(crate) async fn run<F: Future>(limit: Duration, future: F) -> Result<F::Output, Unfinished> {
    let mut future = pin!(CatchPanic { future });
    let first = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
    match first {
        Poll::Ready(output) => output,
        Poll::Pending => Box::pin(tokio::time::timeout(limit, future))
            .await
            .unwrap_or(Err(Unfinished::TimedOut)),
    }
}

/// Awaits a store on behalf of a handler, which gets every ending as an error.
pub(crate) async fn answered<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, LoginError> {
    match run(limit, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(StoreError::unavailable("it panicked or took too long").into()),
    }
}

pin_project_lite::pin_project! {
    struct CatchPanic<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for CatchPanic<F> {
    type Output = Result<F::Output, Unfinished>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.project().future;
        // The future is never polled again after a panic, so it is never seen half done.
        match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Unfinished::Panicked)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_has_nothing_at_hand() {
        assert_eq!(at_hand(|| Some(1)), Some(1));
        assert_eq!(at_hand(|| -> Option<i32> { panic!("on purpose") }), None);
    }

    #[tokio::test(start_paused = true)]
    async fn every_ending_is_a_value() {
        let limit = Duration::from_secs(1);
        assert_eq!(run(limit, async { 1 }).await, Ok(1));
        let later = async {
            tokio::task::yield_now().await;
            2
        };
        assert_eq!(run(limit, later).await, Ok(2));
        assert_eq!(
            run(limit, std::future::pending::<()>()).await,
            Err(Unfinished::TimedOut)
        );
        let panics = async {
            tokio::task::yield_now().await;
            panic!("on purpose");
        };
        assert_eq!(
            run::<_>(limit, async {
                panics.await;
            })
            .await,
            Err(Unfinished::Panicked)
        );
    }
}
