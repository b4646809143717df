//! What goes over the wire, seen from outside.

mod next_urls;
mod recursive_loader;
mod templates;
