//! Going through a whole realm.

use std::{collections::VecDeque, num::NonZeroUsize, sync::Arc};

use redis::{
    FromRedisValue, RedisResult, Value,
    cluster_routing::{Route, SingleNodeRoutingInfo, SlotAddr},
    cmd,
};
use sha2::{Digest as _, Sha256};

use super::{RedisStore, connection::Connection, key::Key, open};
use crate::{
    login::{Login, LoginId},
    store::{Cursor, Page, StoreError},
};

/// How many keys to ask for at once. What a page has no room for stands in its cursor, which is part of
/// an address, so it is few.
const KEYS: usize = 16;

/// How many at most, where so few are of the realm that few at once would take long.
const MOST_KEYS: usize = 1024;

/// How often a page may ask for more.
const ASKED: usize = 64;

/// The primaries, each by a slot that it has.
pub(super) struct Nodes {
    pub(super) slots: Vec<u16>,
    /// What changes when slots move.
    layout: [u8; 8],
}

/// The primary that has a slot, however many there are.
pub(super) fn node(slot: u16) -> SingleNodeRoutingInfo {
    SingleNodeRoutingInfo::SpecificNode(Route::new(slot, SlotAddr::Master))
}

pub(super) async fn nodes(connection: &Connection) -> RedisResult<Nodes> {
    if let Connection::One(_) = connection {
        return Ok(Nodes {
            slots: vec![0],
            layout: [0; 8],
        });
    }
    let mut ask = cmd("CLUSTER");
    ask.arg("SLOTS");
    let random = || SingleNodeRoutingInfo::RandomPrimary;
    let answer: Vec<Vec<Value>> = connection.send(random, &ask).await?;
    let mut ranges = Vec::new();
    for range in answer {
        let mut parts = range.into_iter();
        let mut number = || u16::from_redis_value(parts.next().unwrap_or(Value::Nil));
        let (first, last) = (number()?, number()?);
        let primary: Vec<Value> =
            FromRedisValue::from_redis_value(parts.next().unwrap_or(Value::Nil))?;
        // Its address may be missing; its name is not.
        let name = String::from_redis_value(primary.into_iter().nth(2).unwrap_or(Value::Nil))?;
        ranges.push((first, last, name));
    }
    ranges.sort();
    let mut layout = Sha256::new();
    let (mut slots, mut names) = (Vec::new(), Vec::new());
    for (first, last, name) in ranges {
        layout.update(format!("{first}-{last} {name}\n"));
        if !names.contains(&name) {
            slots.push(first);
            names.push(name);
        }
    }
    Ok(Nodes {
        slots,
        layout: first_bytes(&layout.finalize()),
    })
}

fn first_bytes(hash: &[u8]) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    bytes
}

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    layout: [u8; 8],
    /// A slot of the server that is being gone through.
    slot: u16,
    /// Which run of that server: after a restart its keys have another order.
    run: [u8; 8],
    /// Where the server goes on, and whether it is through.
    scan: u64,
    through: bool,
    /// The last login of the first user here that has been listed.
    after: Option<LoginId>,
    /// The users who were found and are still to be listed.
    users: VecDeque<[u8; 16]>,
}

impl Place {
    fn beginning(layout: [u8; 8], slot: u16, run: [u8; 8]) -> Self {
        Self {
            layout,
            slot,
            run,
            scan: 0,
            through: false,
            after: None,
            users: VecDeque::new(),
        }
    }

    fn read(cursor: &Cursor) -> Option<Self> {
        let (layout, rest) = cursor.as_bytes().split_first_chunk()?;
        let (slot, rest) = rest.split_first_chunk()?;
        let (run, rest) = rest.split_first_chunk()?;
        let (scan, rest) = rest.split_first_chunk()?;
        let (&flags, rest) = rest.split_first()?;
        let (users, after) = match flags {
            0 | 1 => (rest, None),
            2 | 3 => {
                let (after, rest) = rest.split_first_chunk()?;
                (rest, Some(LoginId::from_bytes(*after)))
            }
            _ => return None,
        };
        let (users, []) = users.as_chunks() else {
            return None;
        };
        let slot = u16::from_be_bytes(*slot);
        (slot < 16384).then(|| Self {
            layout: *layout,
            slot,
            run: *run,
            scan: u64::from_be_bytes(*scan),
            through: flags & 1 == 1,
            after,
            users: users.iter().copied().collect(),
        })
    }

    fn write(&self) -> Cursor {
        let mut bytes = self.layout.to_vec();
        bytes.extend_from_slice(&self.slot.to_be_bytes());
        bytes.extend_from_slice(&self.run);
        bytes.extend_from_slice(&self.scan.to_be_bytes());
        bytes.push(u8::from(self.through) | u8::from(self.after.is_some()) << 1);
        if let Some(after) = &self.after {
            bytes.extend_from_slice(after.as_bytes());
        }
        for user in &self.users {
            bytes.extend_from_slice(user);
        }
        Cursor::from_bytes(bytes)
    }
}

/// Which run of a server this is.
async fn run_of(store: &RedisStore, slot: u16) -> RedisResult<[u8; 8]> {
    let mut ask = cmd("INFO");
    ask.arg("server");
    let info: String = store.connection.send(|| node(slot), &ask).await?;
    let run = open::field(&info, "run_id").unwrap_or_default();
    Ok(first_bytes(&Sha256::digest(run)))
}

/// Some of the users of a realm, and where the server goes on; 0 where it is through.
async fn users(
    store: &RedisStore,
    realm: &str,
    slot: u16,
    scan: u64,
    keys: usize,
) -> RedisResult<(u64, Vec<[u8; 16]>)> {
    let mut ask = cmd("SCAN");
    ask.arg(scan).arg("MATCH").arg(Key::pattern(realm));
    ask.arg("COUNT").arg(keys);
    let (scan, keys): (u64, Vec<Vec<u8>>) = store.connection.send(|| node(slot), &ask).await?;
    let tags = keys.iter().filter_map(|key| Key::tag_in(realm, key));
    Ok((scan, tags.collect()))
}

pub(super) async fn list_realm(
    store: &RedisStore,
    realm: &str,
    cursor: Option<&Cursor>,
    limit: NonZeroUsize,
) -> Result<Page<Arc<Login>>, StoreError> {
    let realm: Arc<str> = realm.into();
    let failed = |error| store.failure(error);
    let before = match cursor {
        Some(cursor) => Some(Place::read(cursor).ok_or(StoreError::UnknownCursor)?),
        None => None,
    };
    let nodes = nodes(&store.connection).await.map_err(failed)?;
    let begin = async |slot: u16| -> Result<Place, StoreError> {
        let run = run_of(store, slot).await.map_err(failed)?;
        Ok(Place::beginning(nodes.layout, slot, run))
    };
    let first = nodes.slots.first().copied().unwrap_or_default();
    let mut place = match before {
        // Slots have moved: what was not yet seen may be where everything was.
        Some(before) if before.layout == nodes.layout && nodes.slots.contains(&before.slot) => {
            let again = begin(before.slot).await?;
            if again.run == before.run {
                before
            } else {
                again
            }
        }
        _ => begin(first).await?,
    };
    let mut items: Vec<Arc<Login>> = Vec::new();
    let mut keys = KEYS;
    let mut asked = 0;
    loop {
        while let Some(tag) = place.users.front() {
            let mut logins = store.logins(&realm, &Key::with_tag(&realm, *tag)).await?;
            logins.retain(|login| Some(login.id) > place.after);
            logins.sort_by_key(|login| login.id);
            let room = limit.get() - items.len();
            if logins.len() > room {
                // Without room for any, this user begins where the last page left them.
                logins.truncate(room);
                place.after = logins.last().map(|last| last.id).or(place.after);
                items.extend(logins.into_iter().map(Arc::new));
                return Ok(Page::new(items, Some(place.write())));
            }
            items.extend(logins.into_iter().map(Arc::new));
            place.users.pop_front();
            place.after = None;
        }
        if place.through {
            let mut rest = nodes.slots.iter().skip_while(|slot| **slot != place.slot);
            let Some(next) = rest.nth(1) else {
                return Ok(Page::new(items, None));
            };
            place = begin(*next).await?;
        }
        if items.len() == limit.get() || asked == ASKED {
            return Ok(Page::new(items, Some(place.write())));
        }
        asked += 1;
        let found = users(store, &realm, place.slot, place.scan, keys).await;
        let (scan, found) = found.map_err(failed)?;
        keys = match found.is_empty() {
            true => (keys * 2).min(MOST_KEYS),
            false => KEYS,
        };
        place.scan = scan;
        place.through = scan == 0;
        place.users.extend(found);
    }
}

pub(super) async fn delete_realm(store: &RedisStore, realm: &str) -> Result<u64, StoreError> {
    let failed = |error| store.failure(error);
    let mut ended = 0;
    loop {
        let nodes_before = nodes(&store.connection).await.map_err(failed)?;
        for slot in &nodes_before.slots {
            loop {
                let run = run_of(store, *slot).await.map_err(failed)?;
                let mut scan = 0;
                loop {
                    let found = users(store, realm, *slot, scan, MOST_KEYS).await;
                    let (next, found) = found.map_err(failed)?;
                    for tag in found {
                        ended += store.end(&Key::with_tag(realm, tag), None).await?;
                    }
                    scan = next;
                    if scan == 0 {
                        break;
                    }
                }
                // A server that was started again meanwhile has its keys in another order.
                if run_of(store, *slot).await.map_err(failed)? == run {
                    break;
                }
            }
        }
        let after = nodes(&store.connection).await.map_err(failed)?;
        if after.layout == nodes_before.layout {
            return Ok(ended);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place {
            through: true,
            after: Some(LoginId::from_bytes([7; 16])),
            users: [[1; 16], [2; 16]].into(),
            scan: 1 << 50,
            ..Place::beginning([3; 8], 16_383, [4; 8])
        };
        let bare = Place::beginning([0; 8], 0, [0; 8]);
        for place in [place, bare] {
            let cursor = place.write();
            assert_eq!(Place::read(&cursor), Some(place));
            let bytes = cursor.as_bytes();
            for end in 0..bytes.len() {
                let read = Place::read(&Cursor::from_bytes(&bytes[..end]));
                assert_ne!(read.map(|it| it.write()), Some(cursor.clone()));
            }
        }
    }
}
