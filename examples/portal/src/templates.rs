//! The pages' templates.

use minijinja::{
    Environment,
    value::{Serde, Value},
};
use serde::Serialize;

use crate::{
    client::device_name,
    time::{Time, ago},
};

/// A name and the file of that name.
macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

/// Every template, with the filters `ago` (seconds since 1970, in words) and `device` (a user agent).
pub(crate) fn environment(time: Time) -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    for (name, source) in files![
        "access.html" "activity.html" "admin.html" "admin_user.html" "base.html" "confirm.html"
        "devices.html" "email.html" "error.html" "forgot.html" "home.html" "keys.html" "link.html"
        "login.html" "macros.html" "parts.html" "password.html" "profile.html" "register.html" "sent.html"
    ] {
        environment.add_template(name, source)?;
    }
    environment.add_filter("ago", move |at: i64| ago(time.seconds() - at));
    environment.add_filter("device", |user_agent: Option<String>| {
        device_name(&user_agent.unwrap_or_default())
    });
    Ok(environment)
}

/// Rows as templates take them.
pub(crate) fn listed(rows: &impl Serialize) -> Value {
    Value::from(Serde(rows))
}
