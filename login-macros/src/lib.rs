//! The macros of login-runtime.
