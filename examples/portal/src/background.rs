//! What goes on beside the pages: mail and events.

use tokio::task::JoinHandle;

/// The tasks that deliver mail and write events down.
///
/// They end when nobody is left who gives them anything: drop the router, then [`finish`](Self::finish).
#[derive(Debug)]
pub struct Background {
    pub(crate) tasks: Vec<JoinHandle<()>>,
}

impl Background {
    /// Waits until everything is delivered and written down.
    pub async fn finish(self) {
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task has failed");
            }
        }
    }
}
