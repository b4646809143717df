//! What is in a login, read off its payload.
//!
//! A second reader and writer of the format that `login-runtime` writes, which knows nothing of the
//! first: the numbers of the fields stand here as they are recorded, and a release that gives one
//! of them another meaning fails the tests.

use std::{net::IpAddr, sync::Arc};

use login_runtime::store::{Login, LoginId, LoginParts};

/// Everything in a login, to look at and to change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are called what they are")]
pub struct Record {
    pub id: LoginId,
    pub realm: Arc<str>,
    pub user_id: Box<str>,
    pub generation: u64,
    pub version: u64,
    pub created_at: i64,
    pub authenticated_at: i64,
    pub session_started_at: i64,
    pub last_seen_at: i64,
    pub fresh_since: Option<i64>,
    pub identifier: Option<[u8; 32]>,
    pub auth_hash: Option<[u8; 32]>,
    pub forced: bool,
    pub remember: Option<Remembered>,
    pub user_agent: Option<Box<str>>,
    pub address: Option<IpAddr>,
    pub expires_at: i64,
    /// Fields of other releases.
    pub others: Vec<(u64, Value)>,
}

/// The part of a login that outlives the session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are called what they are")]
pub struct Remembered {
    pub token: [u8; 32],
    pub counter: u64,
    /// The token before and its place in the series.
    pub previous: Option<([u8; 32], u64)>,
    pub rotated_at: i64,
    pub acknowledged: bool,
    pub expires_at: i64,
    /// Fields of other releases.
    pub others: Vec<(u64, Value)>,
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are called what they are")]
pub enum Value {
    Number(u64),
    Array([u8; 32]),
    Block(Vec<u8>),
}

impl Record {
    /// A login of user `user_id` in the realm `login`, made at 0, in which nothing optional is.
    pub fn new(id: LoginId, user_id: &str) -> Self {
        Self {
            id,
            realm: "login".into(),
            user_id: user_id.into(),
            generation: 0,
            version: 0,
            created_at: 0,
            authenticated_at: 0,
            session_started_at: 0,
            last_seen_at: 0,
            fresh_since: None,
            identifier: None,
            auth_hash: None,
            forced: false,
            remember: None,
            user_agent: None,
            address: None,
            expires_at: i64::MAX,
            others: Vec::new(),
        }
    }

    /// The login as a store is given it.
    ///
    /// # Panics
    ///
    /// It cannot be read back.
    pub fn login(&self) -> Arc<Login> {
        let login = Login::from_parts(LoginParts {
            realm: &self.realm,
            id: self.id,
            user_id: &self.user_id,
            version: self.version,
            created_at: self.created_at.into(),
            last_seen_at: self.last_seen_at.into(),
            expires_at: self.expires_at.into(),
            payload: &self.payload(),
        });
        Arc::new(login.expect("a record is written as a login is"))
    }

    /// The payload, as it is recorded.
    pub fn payload(&self) -> Vec<u8> {
        let origin = self.created_at;
        let mut fields = Vec::new();
        let mut set = |number, value| fields.extend(Option::map(value, |value| (number, value)));
        set(1, number(self.generation));
        set(2, time(self.authenticated_at, origin));
        set(3, time(self.session_started_at, origin));
        let fresh = self.fresh_since;
        set(4, fresh.map(|it| Value::Number(zigzag(it, origin))));
        set(5, self.identifier.map(Value::Array));
        set(6, self.auth_hash.map(Value::Array));
        set(7, number(self.forced.into()));
        let remember = self.remember.as_ref();
        set(8, remember.map(|it| Value::Block(it.write(origin))));
        let agent = self.user_agent.as_ref();
        set(9, agent.map(|it| Value::Block(it.as_bytes().to_vec())));
        let octets = self.address.map(|it| match it {
            IpAddr::V4(it) => it.octets().to_vec(),
            IpAddr::V6(it) => it.octets().to_vec(),
        });
        set(10, octets.map(Value::Block));
        fields.extend(self.others.iter().cloned());
        [&[1], &*write(&fields), &[0]].concat()
    }
}

impl From<&Arc<Login>> for Record {
    fn from(login: &Arc<Login>) -> Self {
        let created_at = login.created_at().as_secs();
        let mut record = Self {
            realm: Arc::clone(login.realm()),
            version: login.version(),
            created_at,
            authenticated_at: created_at,
            session_started_at: created_at,
            last_seen_at: login.last_seen_at().as_secs(),
            expires_at: login.expires_at().as_secs(),
            ..Self::new(login.id(), login.user_id())
        };
        let payload = login.payload();
        let [1, fields @ .., 0] = &payload[..] else {
            panic!("a payload begins with 1 and ends with 0: {payload:?}");
        };
        for (number, value) in read(fields) {
            match (number, value) {
                (1, Value::Number(value)) => record.generation = value,
                (2, Value::Number(value)) => record.authenticated_at = unzigzag(value, created_at),
                (3, Value::Number(value)) => {
                    record.session_started_at = unzigzag(value, created_at);
                }
                (4, Value::Number(value)) => record.fresh_since = Some(unzigzag(value, created_at)),
                (5, Value::Array(value)) => record.identifier = Some(value),
                (6, Value::Array(value)) => record.auth_hash = Some(value),
                (7, Value::Number(value)) => record.forced = value == 1,
                (8, Value::Block(value)) => {
                    record.remember = Some(Remembered::read(&value, created_at));
                }
                (9, Value::Block(value)) => {
                    let text = String::from_utf8(value).expect("a user agent is a text");
                    record.user_agent = Some(text.into());
                }
                (10, Value::Block(value)) => {
                    let four = <[u8; 4]>::try_from(&value[..]).map(IpAddr::from);
                    let sixteen = <[u8; 16]>::try_from(&value[..]).map(IpAddr::from);
                    record.address = Some(four.or(sixteen).expect("4 or 16 bytes"));
                }
                other => record.others.push(other),
            }
        }
        record
    }
}

impl Remembered {
    fn write(&self, origin: i64) -> Vec<u8> {
        let mut fields = vec![(1, Value::Array(self.token))];
        let mut set = |number, value| fields.extend(Option::map(value, |value| (number, value)));
        set(2, number(self.counter));
        let previous = self.previous.map(|(token, counter)| {
            let mut block = token.to_vec();
            write_number(counter, &mut block);
            Value::Block(block)
        });
        set(3, previous);
        set(4, time(self.rotated_at, origin));
        set(5, number(self.acknowledged.into()));
        set(6, time(self.expires_at, origin));
        fields.extend(self.others.iter().cloned());
        write(&fields)
    }

    fn read(fields: &[u8], origin: i64) -> Self {
        let mut remember = Self {
            token: [0; 32],
            counter: 0,
            previous: None,
            rotated_at: origin,
            acknowledged: false,
            expires_at: origin,
            others: Vec::new(),
        };
        for (number, value) in read(fields) {
            match (number, value) {
                (1, Value::Array(value)) => remember.token = value,
                (2, Value::Number(value)) => remember.counter = value,
                (3, Value::Block(value)) => {
                    let (token, mut counter) = value.split_first_chunk().expect("a token");
                    remember.previous = Some((*token, read_number(&mut counter)));
                }
                (4, Value::Number(value)) => remember.rotated_at = unzigzag(value, origin),
                (5, Value::Number(value)) => remember.acknowledged = value == 1,
                (6, Value::Number(value)) => remember.expires_at = unzigzag(value, origin),
                other => remember.others.push(other),
            }
        }
        remember
    }
}

/// A number, which is left out where it is 0.
fn number(number: u64) -> Option<Value> {
    (number != 0).then_some(Value::Number(number))
}

/// A time, which is left out where the record was made at it.
fn time(time: i64, origin: i64) -> Option<Value> {
    number(zigzag(time, origin))
}

/// Differences in the order 0, -1, 1, -2, 2, ..
fn zigzag(time: i64, origin: i64) -> u64 {
    let difference = i128::from(time.wrapping_sub(origin));
    let zigzag = if difference < 0 {
        -2 * difference - 1
    } else {
        2 * difference
    };
    u64::try_from(zigzag).expect("twice an i64, without its sign")
}

fn unzigzag(number: u64, origin: i64) -> i64 {
    let half = i64::try_from(number / 2).expect("half of a u64");
    origin.wrapping_add(if number % 2 == 1 { -1 - half } else { half })
}

fn write(fields: &[(u64, Value)]) -> Vec<u8> {
    let mut to = Vec::new();
    for (number, value) in fields {
        match value {
            Value::Number(value) => {
                write_number(number * 4, &mut to);
                write_number(*value, &mut to);
            }
            Value::Array(value) => {
                write_number(number * 4 + 1, &mut to);
                to.extend(value);
            }
            Value::Block(value) => {
                write_number(number * 4 + 2, &mut to);
                write_number(value.len() as u64, &mut to);
                to.extend(value);
            }
        }
    }
    to
}

fn read(mut from: &[u8]) -> Vec<(u64, Value)> {
    let mut fields = Vec::new();
    while !from.is_empty() {
        let key = read_number(&mut from);
        let value = match key % 4 {
            0 => Value::Number(read_number(&mut from)),
            1 => {
                let (array, rest) = from.split_first_chunk().expect("32 bytes");
                from = rest;
                Value::Array(*array)
            }
            2 => {
                let length = usize::try_from(read_number(&mut from)).expect("a length");
                let (block, rest) = from.split_at(length);
                from = rest;
                Value::Block(block.to_vec())
            }
            kind => panic!("there is no kind {kind}"),
        };
        fields.push((key / 4, value));
    }
    fields
}

fn write_number(mut number: u64, to: &mut Vec<u8>) {
    loop {
        let last = number < 128;
        to.push(u8::try_from(number % 128).expect("seven bits") + if last { 0 } else { 128 });
        number /= 128;
        if last {
            return;
        }
    }
}

fn read_number(from: &mut &[u8]) -> u64 {
    let (mut number, mut place) = (0, 1_u128);
    loop {
        let (byte, rest) = from.split_first().expect("another byte of a number");
        *from = rest;
        number += u128::from(byte % 128) * place;
        place *= 128;
        if *byte < 128 {
            return u64::try_from(number).expect("64 bits");
        }
    }
}
