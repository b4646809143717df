//! P1: a cookie that the library has not issued is never accepted, and never makes it panic.

use axum::Router;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use tokio::task::JoinSet;

use crate::{
    chance::{Chance, scaled},
    promise::Promise,
    stores::every_store,
    world::{Browser, World, send, with_cookie},
};

/// The length of a signature at the end of a value, in characters.
const TAG: usize = 43;

/// A cookie that was issued, and where it is read.
#[derive(Clone)]
struct Genuine {
    name: String,
    value: String,
    path: &'static str,
}

impl Genuine {
    fn of(browser: &Browser, name_end: &str, path: &'static str) -> Self {
        let (name, value) = browser.cookies.get(name_end).expect("such a cookie");
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            path,
        }
    }
}

/// Whether a page says that a cookie was believed.
fn is_accepted(path: &str, body: &str) -> bool {
    match path {
        "/login" => !body.starts_with('\n'),
        "/me" => body != "anonymous",
        _ => !body.is_empty(),
    }
}

/// Every cookie that a browser can have, of several logins.
async fn issued(world: &World) -> Vec<Genuine> {
    let mut all = Vec::new();
    for user in [1, 2] {
        let mut browser = world.logged_in(user, true).await;
        all.push(Genuine::of(&browser, "_session", "/me"));
        all.push(Genuine::of(&browser, "_remember", "/me"));
        browser.post("/flash?text=hello").await;
        all.push(Genuine::of(&browser, "_flash", "/messages"));
        let mut stranger = world.browser();
        stranger.get("/dashboard").await;
        all.push(Genuine::of(&stranger, "_next", "/login"));
    }
    all
}

fn alphabet(chance: &mut Chance) -> u8 {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    *chance.pick(LETTERS)
}

/// A signed value, changed, or a new one without the key.
fn forged(chance: &mut Chance, genuine: &Genuine, other: &Genuine) -> Vec<u8> {
    let value = genuine.value.as_bytes();
    let (text, tag) = value.split_at(value.len() - TAG);
    let mut forged = value.to_vec();
    let at = chance.below(value.len());
    match chance.below(16) {
        0 => forged[at] ^= 1 << chance.below(8),
        1 => forged[at] = alphabet(chance),
        2 => forged.truncate(at),
        3 => drop(forged.drain(..at)),
        4 => forged.insert(at, alphabet(chance)),
        5 => drop(forged.remove(at)),
        6 => forged.extend([alphabet(chance)]),
        // The text of one, the signature of another.
        7 => {
            let theirs = other.value.as_bytes();
            forged = [text, &theirs[theirs.len() - TAG..]].concat();
        }
        // The beginning of one, the end of another.
        8 => {
            let theirs = other.value.as_bytes();
            forged.truncate(at);
            forged.extend_from_slice(&theirs[at.min(theirs.len())..]);
        }
        // The same bytes in another base64, or with its padding.
        9 => {
            let payload = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
            let text = match chance.below(3) {
                0 => STANDARD.encode(&payload),
                1 => URL_SAFE.encode(&payload),
                _ => STANDARD_NO_PAD.encode(&payload),
            };
            forged = [text.as_bytes(), tag].concat();
        }
        // One bit of the payload: other times, another id, another version.
        10 => {
            let mut payload = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
            let at = chance.below(payload.len());
            payload[at] ^= 1 << chance.below(8);
            forged = [URL_SAFE_NO_PAD.encode(&payload).as_bytes(), tag].concat();
        }
        // Signed by nobody: without a signature, with zeros, with the text's own end.
        11 => {
            forged = match chance.below(3) {
                0 => text.to_vec(),
                1 => [text, &[b'A'; TAG][..]].concat(),
                _ => [text, text].concat(),
            }
        }
        // The formats of others: a quoted value, a JWT that says `none`, JSON, a bare user id.
        12 => {
            forged = match chance.below(4) {
                0 => [b"\"", value, b"\""].concat(),
                1 => b"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.".to_vec(),
                2 => b"{\"user_id\":1}".to_vec(),
                _ => chance.below(10).to_string().into_bytes(),
            }
        }
        // Percent-encoded, as a whole or one character of it.
        13 => {
            let encoded = format!("%{:02X}", value[at]);
            forged.splice(at..=at, encoded.into_bytes());
        }
        // Bytes by chance.
        14 => {
            let length = chance.below(200);
            forged = (0..length).map(|_| chance.byte()).collect();
        }
        // Text by chance, of the right length.
        _ => forged = (0..value.len()).map(|_| alphabet(chance)).collect(),
    }
    forged
}

struct Found {
    accepted: Vec<String>,
    broken: Vec<String>,
    tried: usize,
}

/// Tries cookies by one seed. Whatever panics takes this task with it.
async fn attack(app: Router, issued: Vec<Genuine>, seed: u64, rounds: usize) -> Found {
    let mut chance = Chance::new(seed);
    let mut found = Found {
        accepted: Vec::new(),
        broken: Vec::new(),
        tried: 0,
    };
    while found.tried < rounds {
        let genuine = chance.pick(&issued).clone();
        let other = chance.pick(&issued).clone();
        let value = forged(&mut chance, &genuine, &other);
        // What was not changed after all, and what would end the pair, is another's.
        if value.contains(&b';') || issued.iter().any(|it| it.value.as_bytes() == value) {
            continue;
        }
        let trimmed = value.trim_ascii();
        if issued.iter().any(|it| it.value.as_bytes() == trimmed) {
            continue;
        }
        let cookie = [genuine.name.as_bytes(), b"=", &value].concat();
        found.tried += 1;
        let answer = send(&app, with_cookie(genuine.path, &cookie)).await;
        let how = || {
            let cookie = String::from_utf8_lossy(&cookie);
            format!(
                "seed {seed}, {}: {cookie} -> {} {}",
                genuine.path, answer.status, answer.body
            )
        };
        match answer.status {
            200 if is_accepted(genuine.path, &answer.body) => found.accepted.push(how()),
            200 => {}
            _ => found.broken.push(how()),
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_forged_cookies_never_work() {
    let mut promise = Promise::new("P1 forged cookies never work", ["accepted", "panics"]);
    let mut tried = 0;
    let stores = every_store().await;
    for (number, store) in (0..).zip(&stores) {
        let world = World::with(store, |builder| builder.next_in_cookie(true));
        let issued = issued(&world).await;
        for genuine in &issued {
            let cookie = format!("{}={}", genuine.name, genuine.value);
            let answer = send(&world.app, with_cookie(genuine.path, cookie.as_bytes())).await;
            assert!(
                is_accepted(genuine.path, &answer.body),
                "{}: the issued {} is not accepted",
                store.name,
                genuine.name
            );
        }
        let mut attacks = JoinSet::new();
        let rounds = scaled(50_000) / stores.len() / 2;
        for seed in [2 * number, 2 * number + 1] {
            attacks.spawn(attack(world.app.clone(), issued.clone(), seed, rounds));
        }
        while let Some(done) = attacks.join_next().await {
            match done {
                Ok(found) => {
                    tried += found.tried;
                    for how in found.accepted {
                        promise.breach("accepted", "a forged cookie", how);
                    }
                    for how in found.broken {
                        promise.breach("panics", "a forged cookie", how);
                    }
                }
                Err(panic) => {
                    promise.breach("panics", "a forged cookie", format!("{number}: {panic}"));
                }
            }
        }
    }
    promise.judge(format_args!("{tried} tried on {} stores", stores.len()));
}
