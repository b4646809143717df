//! What browsers see of a server that remembers logins, whichever server it is.

/// The login cookies that a browser keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Jar<C> {
    pub(super) session: Option<C>,
    pub(super) remember: Option<C>,
}

impl<C: Clone> Jar<C> {
    /// As after the browser was closed.
    pub(super) fn closed(&self) -> Self {
        Self {
            session: None,
            remember: self.remember.clone(),
        }
    }

    /// As a thief may send it who hides one half.
    pub(super) fn only_session(&self) -> Self {
        Self {
            session: self.session.clone(),
            remember: None,
        }
    }
}

/// What a request does beside asking for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    Page,
    /// The password is entered again.
    Confirm,
}

/// How far a request has come.
#[derive(Debug)]
pub(super) enum Step<C> {
    /// It waits for the store.
    Waits,
    /// It is known who asks, and the handler is at work until the next step.
    AtWork,
    Answered(Answer<C>),
}

#[derive(Debug)]
pub(super) struct Answer<C> {
    /// Whether the handler saw somebody who is logged in.
    pub(super) known: bool,
    /// The cookies that it sets, if any.
    pub(super) cookies: Option<Jar<C>>,
}

/// How a login ended that nobody logged out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Every login of the user: somebody has a copy.
    Theft,
    /// This login alone: it was restored too often by somebody who never showed what he got.
    Unshown,
}

/// A server with one remembered login on several nodes. Times are milliseconds of the true time;
/// each node has a clock of its own.
pub(super) trait Server {
    type Cookie: Clone + std::fmt::Debug;
    type Request;

    /// Logs in anew and forgets the login there was.
    fn log_in(&mut self, now: i64) -> Jar<Self::Cookie>;

    /// The browser is closed and opened, and maybe another version since.
    fn restart_browser(&mut self, updated: bool) {
        let _ = updated;
    }

    /// A request arrives at a node.
    fn receive(&mut self, node: usize, jar: &Jar<Self::Cookie>, errand: Errand) -> Self::Request;

    /// Lets a request go on until it waits for something.
    fn step(&mut self, request: &mut Self::Request, now: i64) -> Step<Self::Cookie>;

    /// How the login ended, if it did.
    fn end(&self) -> Option<End>;

    /// Lets a request go on until its handler is at work.
    fn begin(
        &mut self,
        node: usize,
        jar: &Jar<Self::Cookie>,
        errand: Errand,
        now: i64,
    ) -> Self::Request {
        let mut request = self.receive(node, jar, errand);
        while matches!(self.step(&mut request, now), Step::Waits) {}
        request
    }

    /// Lets a request whose handler is at work end.
    fn finish(&mut self, mut request: Self::Request, now: i64) -> Answer<Self::Cookie> {
        loop {
            if let Step::Answered(answer) = self.step(&mut request, now) {
                return answer;
            }
        }
    }

    /// A request without a network.
    fn ask(&mut self, node: usize, jar: &Jar<Self::Cookie>, now: i64) -> Answer<Self::Cookie> {
        let request = self.begin(node, jar, Errand::Page, now);
        self.finish(request, now)
    }
}
