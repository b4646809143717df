//! The real code as a server, over HTTP and with its own cookies.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use axum::{
    Extension, Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, LoginError, LoginEvent, LoginEventKind, LoginSession, testing::ManualClock,
};
use login_tests::Faults;
use tokio::{
    runtime::{self, Runtime},
    task::yield_now,
};

use super::server::{self, End, Errand, Jar, Server, Step};
use crate::{
    stores::Store,
    users::{User, Users},
    world::{Answer, REMEMBER, SESSION, common, request, send},
};

/// Two nodes or more on one store.
pub(super) struct Real {
    nodes: Vec<Node>,
    faults: Faults,
    /// Whether every call of the store is a step of its own.
    stepwise: bool,
    events: Arc<Mutex<Vec<LoginEvent>>>,
    end: Option<End>,
    user: u64,
    agent: u64,
}

struct Node {
    app: Router,
    clock: ManualClock,
    ahead: i64,
    runtime: Rc<Runtime>,
}

/// The value of a cookie.
pub(super) type Cookie = Arc<str>;

pub(super) struct InFlight {
    node: usize,
    answer: Pin<Box<dyn Future<Output = Answer> + Send>>,
    handler: Arc<Handler>,
}

/// A handler at work, until it may answer.
#[derive(Default)]
struct Handler {
    begun: AtomicBool,
    may_end: AtomicBool,
}

impl Handler {
    async fn work(&self) {
        self.begun.store(true, Ordering::Relaxed);
        poll_fn(|_| match self.may_end.load(Ordering::Relaxed) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }
}

impl Real {
    /// On a store; every node's clock is so many seconds ahead.
    pub(super) fn new(
        runtime: &Rc<Runtime>,
        store: &Store,
        clocks: &[i64],
        stepwise: bool,
    ) -> Self {
        let faults = Faults::default();
        let events: Arc<Mutex<Vec<LoginEvent>>> = Arc::default();
        let users = Users::default();
        let runtime = || match stepwise {
            true => Rc::new(step_by_step()),
            false => Rc::clone(runtime),
        };
        let node = |ahead: &i64| {
            let clock = ManualClock::at(0);
            let heard = Arc::clone(&events);
            let builder = match stepwise {
                true => store.faulty_users(&faults),
                false => store.users(),
            };
            let manager = common(builder, &clock)
                .on_event(move |event| {
                    heard
                        .lock()
                        .expect("nothing panics here")
                        .push(event.clone());
                })
                .with_state::<()>(users.clone())
                .build()
                .expect("the settings are sound");
            Node {
                app: routes().with_state(users.clone()).layer(manager.layer()),
                clock,
                ahead: *ahead,
                runtime: runtime(),
            }
        };
        Self {
            nodes: clocks.iter().map(node).collect(),
            faults,
            stepwise,
            events,
            end: None,
            user: 0,
            agent: 0,
        }
    }

    /// The true time, and what each node makes of it.
    fn set_clocks(&self, now: i64) {
        for node in &self.nodes {
            node.clock.set(now.div_euclid(1000) + node.ahead);
        }
    }

    /// Notes how the login ended, if it did.
    fn listen(&mut self) {
        for event in self.events.lock().expect("nothing panics here").drain(..) {
            match event.kind {
                LoginEventKind::RememberTheft { everywhere, .. } => {
                    assert!(everywhere, "every login of the user has ended");
                    self.end = Some(End::Theft);
                }
                LoginEventKind::RememberExhausted => self.end = Some(End::Unshown),
                LoginEventKind::RememberRefused { reason, .. } => panic!("refused: {reason:?}"),
                _ => {}
            }
        }
    }

    fn request(&self, jar: &Jar<Cookie>, method: Method, path: &str) -> Request<Body> {
        let mut request = request(method, path);
        let headers = request.headers_mut();
        let agent = HeaderValue::from(self.agent);
        headers.insert(header::USER_AGENT, agent);
        let cookies = [(SESSION, &jar.session), (REMEMBER, &jar.remember)];
        let pairs: Vec<_> = cookies
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)))
            .collect();
        if !pairs.is_empty() {
            let cookies = HeaderValue::try_from(pairs.join("; ")).expect("cookies");
            headers.insert(header::COOKIE, cookies);
        }
        request
    }
}

impl Server for Real {
    type Cookie = Cookie;
    type Request = InFlight;

    fn log_in(&mut self, now: i64) -> Jar<Cookie> {
        self.set_clocks(now);
        self.end = None;
        self.user += 1;
        self.faults.forget();
        let nobody = Jar {
            session: None,
            remember: None,
        };
        let path = format!("/login/{}", self.user);
        let request = self.request(&nobody, Method::POST, &path);
        let node = &self.nodes[0];
        let answer = node.runtime.block_on(send(&node.app, request));
        assert_eq!((answer.status, &*answer.body), (200, "true"));
        self.faults.yields(self.stepwise, false);
        cookies(&answer.headers).expect("a login sets cookies")
    }

    fn restart_browser(&mut self, updated: bool) {
        self.agent += u64::from(updated);
    }

    fn receive(&mut self, node: usize, jar: &Jar<Cookie>, errand: Errand) -> InFlight {
        let mut request = match errand {
            Errand::Page => self.request(jar, Method::GET, "/page"),
            Errand::Confirm => self.request(jar, Method::POST, "/confirm"),
        };
        let handler = Arc::<Handler>::default();
        request.extensions_mut().insert(Arc::clone(&handler));
        let app = self.nodes[node].app.clone();
        InFlight {
            node,
            answer: Box::pin(async move { send(&app, request).await }),
            handler,
        }
    }

    fn step(&mut self, request: &mut InFlight, now: i64) -> Step<Cookie> {
        self.set_clocks(now);
        let InFlight {
            answer, handler, ..
        } = request;
        let was_at_work = handler.begun.load(Ordering::Relaxed);
        handler.may_end.store(was_at_work, Ordering::Relaxed);
        let stepwise = self.stepwise;
        let polled = poll_fn(|cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(Ok(answer));
            }
            if handler.begun.load(Ordering::Relaxed) && !was_at_work {
                return Poll::Ready(Err(Step::AtWork));
            }
            match stepwise {
                true => Poll::Ready(Err(Step::Waits)),
                false => Poll::Pending,
            }
        });
        let step = self.nodes[request.node].runtime.block_on(async {
            let step = polled.await;
            // What the request has begun in a task of its own goes on by a step too.
            if matches!(step, Err(Step::Waits)) {
                yield_now().await;
            }
            step
        });
        self.listen();
        let answer = match step {
            Ok(answer) => answer,
            Err(step) => return step,
        };
        assert_eq!(answer.status, 200, "node {}: {}", request.node, answer.body);
        Step::Answered(server::Answer {
            known: answer.body == self.user.to_string(),
            cookies: cookies(&answer.headers),
        })
    }

    fn end(&self) -> Option<End> {
        self.end
    }
}

/// Runs one task at a time, once, whenever it is yielded to. Each node has one: nothing but the request
/// whose turn it is moves.
fn step_by_step() -> Runtime {
    let mut builder = runtime::Builder::new_current_thread();
    builder.enable_all().event_interval(1);
    builder.build().expect("a runtime")
}

/// The login cookies that an answer sets: both of one generation, or none.
fn cookies(headers: &HeaderMap) -> Option<Jar<Cookie>> {
    let value = |name: &str| {
        let lines = headers.get_all(header::SET_COOKIE).iter();
        let mut values = lines.filter_map(|line| {
            let pair = line
                .to_str()
                .expect("cookies are ASCII")
                .split(';')
                .next()?;
            let value = pair.strip_prefix(name)?.strip_prefix('=')?;
            Some(Cookie::from(value))
        });
        let value = values.next();
        assert!(values.next().is_none(), "one cookie is set once");
        value
    };
    let jar = Jar {
        session: value(SESSION),
        remember: value(REMEMBER),
    };
    assert_eq!(
        jar.session.is_some(),
        jar.remember.is_some(),
        "the cookies of one generation leave together"
    );
    jar.session.is_some().then_some(jar)
}

fn routes() -> Router<Users> {
    Router::new()
        .route("/login/{user}", post(log_in))
        .route("/page", get(page))
        .route("/confirm", post(confirm))
}

async fn log_in(
    session: LoginSession<User>,
    State(users): State<Users>,
    axum::extract::Path(user): axum::extract::Path<u64>,
) -> Result<String, LoginError> {
    let done = session.login_user(&users.get(user)).remember(true).await?;
    Ok(done.to_string())
}

async fn page(
    user: CurrentUser<User>,
    Extension(handler): Extension<Arc<Handler>>,
) -> (StatusCode, String) {
    handler.work().await;
    (StatusCode::OK, user.get_id().unwrap_or_default())
}

async fn confirm(
    user: CurrentUser<User>,
    session: LoginSession<User>,
    Extension(handler): Extension<Arc<Handler>>,
) -> Result<String, LoginError> {
    handler.work().await;
    let Some(user) = user.user() else {
        return Ok("anonymous".to_owned());
    };
    session.confirm_login(user).await?;
    Ok(user.id.to_string())
}
