//! The portal as its visitors see it, without a socket: a test for every flow.

mod account;
mod admin;
mod devices;
mod keys;
mod login;
mod reset;
mod site;
mod whole;
