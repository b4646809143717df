//! Numbers, times and texts in as few bytes as they take.
//!
//! Numbers are little-endian base 128, the high bit saying that more follows; times are differences
//! from another time, their sign in the lowest bit; texts have their length in front.

/// Bytes in the making.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    pub(crate) fn time(&mut self, time: i64, origin: i64) {
        // Wrapping, so that there is no pair of times that cannot be written.
        let difference = time.wrapping_sub(origin);
        self.number(((difference << 1) ^ (difference >> 63)).cast_unsigned());
    }

    /// Bytes with their length in front.
    pub(crate) fn block(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes(bytes);
    }
}

/// Bytes that are being read; each method answers `None` where there is nothing like that.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn time(&mut self, origin: i64) -> Option<i64> {
        let number = self.number()?;
        Some(time(number, origin))
    }

    pub(crate) fn block(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (block, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(block)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.block()?).ok()
    }
}

/// The time that [`Writer::time`] wrote as this number.
pub(super) fn time(number: u64, origin: i64) -> i64 {
    let difference = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
    origin.wrapping_add(difference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_does_not_fit_is_refused() {
        assert_eq!(Reader(&[0xff; 9]).number(), None);
        let largest = [&[0xff; 9][..], &[1]].concat();
        assert_eq!(Reader(&largest).number(), Some(u64::MAX));
        let too_large = [&[0xff; 9][..], &[2]].concat();
        assert_eq!(Reader(&too_large).number(), None);
        assert_eq!(Reader(&[0xff; 11]).number(), None);
    }

    #[test]
    fn every_pair_of_times_is_read_as_it_was_written() {
        let extremes = [i64::MIN, i64::MIN + 1, -64, -1, 0, 1, 63, i64::MAX];
        for (time, origin) in extremes.iter().flat_map(|a| extremes.map(|b| (*a, b))) {
            let mut out = Writer::default();
            out.time(time, origin);
            let mut from = Reader(&out.0);
            assert_eq!(from.time(origin), Some(time), "{time} from {origin}");
            assert!(from.0.is_empty());
        }
    }

    #[test]
    fn a_block_that_is_cut_is_refused() {
        let mut out = Writer::default();
        out.block("zażółć".as_bytes());
        assert_eq!(Reader(&out.0).text(), Some("zażółć"));
        assert_eq!(Reader(&out.0[..out.0.len() - 1]).block(), None);
        assert_eq!(Reader(&[0xff; 10]).block(), None);
        assert_eq!(Reader(&[1, 0xff]).text(), None);
    }
}
