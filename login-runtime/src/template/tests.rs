use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{http::StatusCode, response::IntoResponse};
use minijinja::{
    Environment, UndefinedBehavior, context,
    value::{Serde, Value},
};
use serde::{Serialize, Serializer};

use super::{TemplateError, templates::render};
use crate::{extract::CurrentUser, flash::FlashedMessage, user::UserMixin};

#[derive(Serialize)]
struct User {
    name: &'static str,
    tags: [&'static str; 2],
    /// The library's word counts, not this one.
    is_authenticated: bool,
    #[serde(skip)]
    password_hash: &'static str,
}

const ADA: User = User {
    name: "<Ada>",
    tags: ["a", "b"],
    is_authenticated: false,
    password_hash: "argon2",
};

impl UserMixin for User {
    const KIND: &'static str = "tests::User";

    fn get_id(&self) -> String {
        "7".to_owned()
    }

    fn auth_hash(&self) -> Option<Cow<'_, [u8]>> {
        Some(self.password_hash.as_bytes().into())
    }
}

fn logged_in<U>(user: U) -> CurrentUser<U> {
    CurrentUser {
        user: Some(Arc::new(user)),
        anonymous: None,
    }
}

fn visitor() -> CurrentUser<User> {
    CurrentUser {
        user: None,
        anonymous: None,
    }
}

fn environment(sources: &[(&'static str, &'static str)]) -> Environment<'static> {
    let mut environment = Environment::new();
    for (name, source) in sources {
        environment
            .add_template(name, source)
            .expect("a valid template");
    }
    environment
}

fn flashed() -> Vec<FlashedMessage> {
    [
        ("message", "Hi <you>"),
        ("error", "Oh no"),
        ("message", "Bye"),
    ]
    .map(|(category, text)| FlashedMessage::new(category, text))
    .into()
}

/// Renders as for whoever is asking, with the messages above.
fn page<U: UserMixin + Serialize>(
    environment: &Environment<'_>,
    name: &str,
    context: impl Into<Value>,
    user: CurrentUser<U>,
) -> Result<String, TemplateError> {
    render(environment, name, context.into(), user, flashed).map(|html| html.0)
}

fn as_user<U: UserMixin + Serialize>(
    user: CurrentUser<U>,
    source: &'static str,
) -> Result<String, TemplateError> {
    page(
        &environment(&[("page.html", source)]),
        "page.html",
        (),
        user,
    )
}

fn ada(source: &'static str) -> String {
    as_user(logged_in(ADA), source).expect("a page")
}

fn nobody(source: &'static str) -> String {
    as_user(visitor(), source).expect("a page")
}

#[test]
fn the_login_is_asked_with_and_without_parentheses() {
    for (source, for_ada, for_nobody) in [
        ("{{ current_user.is_authenticated }}", "True", "False"),
        ("{{ current_user.is_authenticated() }}", "True", "False"),
        ("{{ current_user.is_active() }}", "True", "False"),
        ("{{ current_user.is_anonymous }}", "False", "True"),
        ("{{ not current_user.is_anonymous() and 1 }}", "1", "False"),
        (
            "{{ current_user.is_authenticated == true }}",
            "True",
            "False",
        ),
        ("{{ current_user['is_authenticated'] }}", "True", "False"),
        (
            "{% if current_user.is_authenticated %}in{% else %}out{% endif %}",
            "in",
            "out",
        ),
        (
            "{% if current_user.is_authenticated() %}in{% else %}out{% endif %}",
            "in",
            "out",
        ),
        (
            "{% if current_user %}in{% else %}out{% endif %}",
            "in",
            "out",
        ),
        ("{{ current_user.get_id() }}", "7", "None"),
        ("{{ current_user.get_id }}", "7", "None"),
    ] {
        assert_eq!(ada(source), for_ada, "{source}");
        assert_eq!(nobody(source), for_nobody, "{source}");
    }
}

#[test]
fn fields_are_there_by_name_and_escaped() {
    assert_eq!(ada("{{ current_user.name }}"), "&lt;Ada&gt;");
    assert_eq!(
        ada("{{ current_user.tags[1] }}{{ current_user.tags|length }}"),
        "b2"
    );
    assert_eq!(ada("{{ current_user.password_hash is undefined }}"), "True");
    assert_eq!(ada("{{ current_user.nickname is undefined }}"), "True");
    assert_eq!(ada("{{ current_user[0] is undefined }}"), "True");
    assert_eq!(
        nobody("{{ current_user.name is undefined }}|{{ current_user.name }}"),
        "True|"
    );
    let keys = "{{ current_user|list|join(' ') }}";
    assert_eq!(
        ada(keys),
        "is_authenticated is_active is_anonymous get_id name tags"
    );
    assert_eq!(
        nobody(keys),
        "is_authenticated is_active is_anonymous get_id"
    );
    let page = ada("{{ current_user }}{{ debug() }}");
    assert!(page.contains("Ada") && !page.contains("argon2"), "{page}");
}

#[test]
fn a_guest_has_fields_but_is_not_logged_in() {
    let source = "{{ current_user.name }}:{{ current_user.is_authenticated }}";
    let guest = CurrentUser {
        user: None,
        anonymous: Some(Arc::new(ADA)),
    };
    assert_eq!(as_user(guest, source).expect("a page"), "&lt;Ada&gt;:False");
}

#[test]
fn arguments_and_unknown_methods_are_errors() {
    for source in [
        "{{ current_user.is_authenticated(1) }}",
        "{{ current_user.name() }}",
        "{{ current_user.logout() }}",
        "{{ get_flashed_messages(with_category=true) }}",
        "{{ get_flashed_messages(true, [], 1) }}",
        "{{ get_flashed_messages(category_filter=1) }}",
    ] {
        assert!(as_user(logged_in(ADA), source).is_err(), "{source}");
    }
}

/// Counts how often it is serialised; what it should hold is an error below zero.
struct Counted(&'static AtomicUsize, i32);

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        if self.1 < 0 {
            return Err(serde::ser::Error::custom("below zero"));
        }
        serializer.collect_map([("n", self.1)])
    }
}

impl UserMixin for Counted {
    const KIND: &'static str = "tests::Counted";

    fn get_id(&self) -> String {
        "7".to_owned()
    }

    fn auth_hash(&self) -> Option<Cow<'_, [u8]>> {
        None
    }
}

#[test]
fn the_user_is_serialised_once_and_only_for_a_field() {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let page = |n, source| as_user(logged_in(Counted(&COUNT, n)), source);
    assert_eq!(page(1, "{{ current_user.get_id() }}").expect("a page"), "7");
    assert_eq!(COUNT.load(Ordering::Relaxed), 0);
    assert_eq!(
        page(1, "{{ current_user.n }}{{ current_user.n }}").expect("a page"),
        "11"
    );
    assert_eq!(COUNT.load(Ordering::Relaxed), 1);
    let error = page(-1, "{{ current_user.n }}").expect_err("cannot be serialised");
    assert!(error.to_string().contains("below zero"), "{error}");
}

#[test]
fn messages_come_as_in_flask() {
    let list = "{% for m in get_flashed_messages() %}{{ m }};{% endfor %}";
    assert_eq!(nobody(list), "Hi &lt;you&gt;;Oh no;Bye;");
    let pairs = "{% for c, m in get_flashed_messages(with_categories=true) %}{{ c }}={{ m }};\
                 {% endfor %}";
    assert_eq!(
        nobody(pairs),
        "message=Hi &lt;you&gt;;error=Oh no;message=Bye;"
    );
    for (source, expected) in [
        (
            "{{ get_flashed_messages(category_filter=['error'])|join(',') }}",
            "Oh no",
        ),
        (
            "{{ get_flashed_messages(false, 'error')|join(',') }}",
            "Oh no",
        ),
        (
            "{{ get_flashed_messages(category_filter=['none'])|length }}",
            "0",
        ),
        ("{{ get_flashed_messages(category_filter=[])|length }}", "3"),
        (
            "{{ get_flashed_messages(category_filter=none)|length }}",
            "3",
        ),
        ("{{ get_flashed_messages(true, ['error'])[0][0] }}", "error"),
        ("{% if get_flashed_messages() %}some{% endif %}", "some"),
    ] {
        assert_eq!(nobody(source), expected, "{source}");
    }
}

#[test]
fn messages_are_taken_when_asked_for_and_once() {
    static TAKEN: AtomicUsize = AtomicUsize::new(0);
    let environment = environment(&[
        ("silent.html", "-"),
        (
            "twice.html",
            "{{ get_flashed_messages()|length }}{{ get_flashed_messages()|length }}",
        ),
    ]);
    let page = |name| {
        let take = || {
            TAKEN.fetch_add(1, Ordering::Relaxed);
            flashed()
        };
        render(&environment, name, ().into(), visitor(), take)
            .expect("a page")
            .0
    };
    assert_eq!(page("silent.html"), "-");
    assert_eq!(TAKEN.load(Ordering::Relaxed), 0);
    assert_eq!(page("twice.html"), "33");
    assert_eq!(TAKEN.load(Ordering::Relaxed), 1);
}

#[test]
fn every_template_sees_them() {
    let environment = environment(&[
        (
            "base.html",
            "[{% block body %}{% endblock %}{{ current_user.name }}]",
        ),
        (
            "part.html",
            "{{ current_user.get_id() }}{{ get_flashed_messages()|length }}",
        ),
        (
            "macros.html",
            "{% macro who() %}{{ current_user.name }}{% endmacro %}",
        ),
        (
            "page.html",
            "{% extends 'base.html' %}{% from 'macros.html' import who %}\
             {% macro own() %}{{ current_user.get_id() }}{% endmacro %}\
             {% block body %}{% include 'part.html' %} {{ own() }} {{ who() }} {{ title }} {% endblock %}",
        ),
    ]);
    let context = context! { title => "T" };
    let page = page(&environment, "page.html", context, logged_in(ADA)).expect("a page");
    assert_eq!(page, "[73 7 &lt;Ada&gt; T &lt;Ada&gt;]");
}

#[test]
fn what_is_passed_goes_first() {
    let environment = environment(&[(
        "page.txt",
        "{{ current_user }}{{ get_flashed_messages()|length }}",
    )]);
    let context = context! { current_user => "me" };
    let page = page(&environment, "page.txt", context, logged_in(ADA)).expect("a page");
    assert_eq!(page, "me3");
}

#[test]
fn errors_tell_the_log_and_not_the_visitor() {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let environment = environment(&[
        ("part.html", "secret\n{{ 1/0 }}"),
        ("page.html", "{% include 'part.html' %}"),
    ]);
    let error = page(&environment, "page.html", (), visitor()).expect_err("a division by zero");
    let text = error.to_string();
    assert!(
        text.contains("part.html:2") && !text.contains("secret"),
        "{text}"
    );
    let response = error.into_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        axum::body::HttpBody::size_hint(response.body()).exact(),
        Some(0)
    );

    assert!(page(&environment, "missing.html", (), visitor()).is_err());
    let context = Serde(Counted(&COUNT, -1));
    let error =
        page(&environment, "page.html", context, visitor()).expect_err("cannot be serialised");
    assert!(error.to_string().contains("below zero"), "{error}");
}

#[test]
fn strict_templates_notice_a_misspelled_field() {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_template("page.html", "{{ current_user.nmae }}")
        .expect("a valid template");
    assert!(page(&environment, "page.html", (), logged_in(ADA)).is_err());
}
