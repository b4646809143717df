//! How each kind of field is written and read.

use std::net::IpAddr;

use super::{Fields as _, Unknown};
use crate::{
    crypto::Digest,
    login::{
        Reader, Writer, bytes,
        remember::{PreviousToken, Remember, TokenHash},
    },
};

/// A field as it was written.
pub(super) struct Entry<'a> {
    pub(super) number: u64,
    pub(super) value: Value<'a>,
    /// All of it, its number included.
    pub(super) raw: &'a [u8],
}

pub(super) enum Value<'a> {
    Number(u64),
    Array([u8; 32]),
    Block(&'a [u8]),
}

impl<'a> Entry<'a> {
    pub(super) fn read(from: &mut Reader<'a>) -> Option<Self> {
        let before = from.0;
        let key = from.number()?;
        let value = match key & 3 {
            0 => Value::Number(from.number()?),
            1 => Value::Array(from.array()?),
            2 => Value::Block(from.block()?),
            _ => return None,
        };
        let number = key >> 2;
        (number != 0).then_some(Self {
            number,
            value,
            raw: &before[..before.len() - from.0.len()],
        })
    }
}

/// What can stand in a field.
pub(super) trait Field {
    /// Writes itself under a number, or nothing where it says nothing.
    fn write(&self, number: u64, origin: i64, to: &mut Writer);

    /// Becomes the value that was read, if that is one for it.
    fn read(&mut self, value: Value<'_>, origin: i64) -> Option<()>;
}

impl Writer {
    fn number_field(&mut self, number: u64, value: u64) {
        self.number(number << 2);
        self.number(value);
    }

    fn time_field(&mut self, number: u64, time: i64, origin: i64) {
        self.number(number << 2);
        self.time(time, origin);
    }

    fn array_field(&mut self, number: u64, value: &[u8; 32]) {
        self.number(number << 2 | 1);
        self.bytes(value);
    }

    fn block_field(&mut self, number: u64, value: &[u8]) {
        self.number(number << 2 | 2);
        self.block(value);
    }
}

impl Value<'_> {
    fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Array(_) | Self::Block(_) => None,
        }
    }

    fn array(self) -> Option<[u8; 32]> {
        match self {
            Self::Array(array) => Some(array),
            Self::Number(_) | Self::Block(_) => None,
        }
    }
}

impl<'a> Value<'a> {
    fn block(self) -> Option<&'a [u8]> {
        match self {
            Self::Block(block) => Some(block),
            Self::Number(_) | Self::Array(_) => None,
        }
    }
}

impl Field for u64 {
    fn write(&self, number: u64, _: i64, to: &mut Writer) {
        if *self != 0 {
            to.number_field(number, *self);
        }
    }

    fn read(&mut self, value: Value<'_>, _: i64) -> Option<()> {
        *self = value.number()?;
        Some(())
    }
}

impl Field for bool {
    fn write(&self, number: u64, origin: i64, to: &mut Writer) {
        u64::from(*self).write(number, origin, to);
    }

    fn read(&mut self, value: Value<'_>, _: i64) -> Option<()> {
        *self = value.number()? != 0;
        Some(())
    }
}

/// A time.
impl Field for i64 {
    fn write(&self, number: u64, origin: i64, to: &mut Writer) {
        if *self != origin {
            to.time_field(number, *self, origin);
        }
    }

    fn read(&mut self, value: Value<'_>, origin: i64) -> Option<()> {
        *self = bytes::time(value.number()?, origin);
        Some(())
    }
}

impl Field for Option<i64> {
    fn write(&self, number: u64, origin: i64, to: &mut Writer) {
        if let Some(time) = self {
            to.time_field(number, *time, origin);
        }
    }

    fn read(&mut self, value: Value<'_>, origin: i64) -> Option<()> {
        *self = Some(bytes::time(value.number()?, origin));
        Some(())
    }
}

impl Field for Option<Digest> {
    fn write(&self, number: u64, _: i64, to: &mut Writer) {
        if let Some(digest) = self {
            to.array_field(number, digest.as_bytes());
        }
    }

    fn read(&mut self, value: Value<'_>, _: i64) -> Option<()> {
        *self = Some(Digest::from_bytes(value.array()?));
        Some(())
    }
}

impl Field for TokenHash {
    fn write(&self, number: u64, _: i64, to: &mut Writer) {
        to.array_field(number, self.as_bytes());
    }

    fn read(&mut self, value: Value<'_>, _: i64) -> Option<()> {
        *self = Self::from_bytes(value.array()?);
        Some(())
    }
}

impl Field for Option<PreviousToken> {
    fn write(&self, number: u64, _: i64, to: &mut Writer) {
        if let Some(previous) = self {
            let mut part = Writer::default();
            part.bytes(previous.token.as_bytes());
            part.number(previous.counter);
            to.block_field(number, &part.0);
        }
    }

    fn read(&mut self, value: Value<'_>, _: i64) -> Option<()> {
        let mut from = Reader(value.block()?);
        *self = Some(PreviousToken {
            token: TokenHash::from_bytes(from.array()?),
            counter: from.number()?,
        });
        from.0.is_empty().then_some(())
    }
}

impl Field for Option<Box<Remember>> {
    fn write(&self, number: u64, origin: i64, to: &mut Writer) {
        if let Some(remember) = self {
            let mut part = Writer::default();
            remember.write_all(origin, &mut part);
            to.block_field(number, &part.0);
        }
    }

    fn read(&mut self, value: Value<'_>, origin: i64) -> Option<()> {
        let mut remember = Remember {
            token: TokenHash::from_bytes([0; 32]),
            counter: 0,
            previous: None,
            rotated_at: origin,
            acknowledged: false,
            expires_at: origin,
            unknown: Unknown::default(),
        };
        let mut from = Reader(value.block()?);
        while !from.0.is_empty() {
            remember.read_one(Entry::read(&mut from)?, origin)?;
        }
        *self = Some(Box::new(remember));
        Some(())
    }
}

impl Field for Option<Box<str>> {
    fn write(&self, number: u64, _: i64, to: &mut Writer) {
        if let Some(text) = self {
            to.block_field(number, text.as_bytes());
        }
    }

    fn read(&mut self, value: Value<'_>, _: i64) -> Option<()> {
        *self = Some(str::from_utf8(value.block()?).ok()?.into());
        Some(())
    }
}

impl Field for Option<IpAddr> {
    fn write(&self, number: u64, _: i64, to: &mut Writer) {
        match self {
            Some(IpAddr::V4(address)) => to.block_field(number, &address.octets()),
            Some(IpAddr::V6(address)) => to.block_field(number, &address.octets()),
            None => {}
        }
    }

    fn read(&mut self, value: Value<'_>, _: i64) -> Option<()> {
        let block = value.block()?;
        let four = <[u8; 4]>::try_from(block).map(IpAddr::from);
        let sixteen = <[u8; 16]>::try_from(block).map(IpAddr::from);
        *self = Some(four.or(sixteen).ok()?);
        Some(())
    }
}
