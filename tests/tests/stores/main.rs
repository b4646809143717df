//! The stores that come with the crate keep its contract, and the contract notices those that
//! do not.

mod broken;
mod cancelled;
mod cookie;
mod expiring;
mod many;
mod memory;
mod mysql;
mod outage;
mod payload;
mod postgres;
mod redis;
mod sqlite;
mod temp;

use login_runtime::store::{CookieStore, MemoryStore, contract};
use login_tests::say;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_store_keeps_the_contract() {
    contract::run(async || MemoryStore::new()).await;
    say("MemoryStore: keeps the contract");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_store_keeps_the_contract_beside_other_logins() {
    let store = MemoryStore::new();
    contract::run(async || store.clone()).await;
}

#[tokio::test]
async fn cookie_store_keeps_the_contract() {
    contract::run(async || CookieStore::new()).await;
    say("CookieStore: keeps the contract of stores in cookies");
}
