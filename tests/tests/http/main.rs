//! What goes over the wire, seen from outside.

mod next_urls;
