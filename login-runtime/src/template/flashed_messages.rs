//! `get_flashed_messages` as templates call it.

use std::sync::LazyLock;

use minijinja::{
    Error,
    value::{Kwargs, Value, ValueKind},
};

use crate::flash::FlashedMessage;

/// Flask's `get_flashed_messages(with_categories=false, category_filter=[])`.
///
/// `take` is called when a template first asks and takes the messages off the request, whatever
/// the filter; every further call of this function sees the same ones.
pub(super) fn get_flashed_messages(
    take: impl FnOnce() -> Vec<FlashedMessage> + Send + 'static,
) -> Value {
    let messages = LazyLock::new(take);
    Value::from_function(
        move |with_categories: Option<Value>, category_filter: Option<Value>, named: Kwargs| {
            let argument = |positional: Option<Value>, name| match positional {
                Some(value) => Ok(Some(value)),
                None => named.get::<Option<Value>>(name),
            };
            let with_categories = argument(with_categories, "with_categories")?;
            let category_filter = argument(category_filter, "category_filter")?;
            named.assert_all_used()?;

            let with_categories = with_categories.is_some_and(|value| value.is_true());
            let wanted = categories(category_filter)?;
            let is_wanted = |category: &str| {
                wanted.is_empty() || wanted.iter().any(|it| it.as_str() == Some(category))
            };
            let messages = messages
                .iter()
                .filter(|message| is_wanted(&message.category))
                .map(|message| {
                    let text = message.text.as_str();
                    if with_categories {
                        Value::from((message.category.as_str(), text))
                    } else {
                        Value::from(text)
                    }
                });
            Ok::<_, Error>(messages.collect::<Value>())
        },
    )
}

/// The categories of a filter: a list of them, or one alone.
fn categories(filter: Option<Value>) -> Result<Vec<Value>, Error> {
    match filter {
        None => Ok(Vec::new()),
        Some(filter) => match filter.kind() {
            ValueKind::None | ValueKind::Undefined => Ok(Vec::new()),
            ValueKind::String => Ok(vec![filter]),
            _ => Ok(filter.try_iter()?.collect()),
        },
    }
}
