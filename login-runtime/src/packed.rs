//! Text in a type: at most 64 bytes as four numbers, which const generics can carry.

/// A text that a macro packed into a type.
///
/// The bytes stand in the four numbers as they are read, padded with zeros. Of several names each is
/// a line.
#[derive(Debug)]
#[non_exhaustive]
pub struct PackedText<const A: u128, const B: u128, const C: u128, const D: u128>;

/// A type that carries a text: [`PackedText`].
pub trait Text: Send + Sync + 'static {
    #[doc(hidden)]
    fn unpack() -> Unpacked;
}

impl<const A: u128, const B: u128, const C: u128, const D: u128> Text for PackedText<A, B, C, D> {
    fn unpack() -> Unpacked {
        let mut bytes = [0; 64];
        for (piece, word) in bytes.chunks_exact_mut(16).zip([A, B, C, D]) {
            piece.copy_from_slice(&word.to_be_bytes());
        }
        Unpacked(bytes)
    }
}

/// The text of a type, on the stack.
#[derive(Debug)]
pub struct Unpacked([u8; 64]);

impl Unpacked {
    pub(crate) fn as_str(&self) -> &str {
        let padding = self.0.iter().position(|byte| *byte == 0);
        let text = &self.0[..padding.unwrap_or(self.0.len())];
        str::from_utf8(text).unwrap_or_default()
    }
}

/// One of the four numbers for a list of names that the compiler alone knows, such as those of an
/// enum's variants; the macros pack what they can read themselves.
///
/// # Panics
///
/// While it is computed, where the list is too long: the program does not compile then.
pub const fn pack(names: &[&str], piece: usize) -> u128 {
    let mut bytes = [0_u8; 64];
    let mut at = 0;
    let mut index = 0;
    while index < names.len() {
        let name = names[index].as_bytes();
        let gap = if index > 0 { 1 } else { 0 };
        // Once is enough: the other pieces are computed from the same names.
        assert!(
            piece > 0 || at + gap + name.len() <= 64,
            "the names of a guard take at most 64 bytes together: shorten them, or put some into a \
             second attribute"
        );
        if index > 0 && at < 64 {
            bytes[at] = b'\n';
            at += 1;
        }
        let mut from = 0;
        while from < name.len() && at < 64 {
            bytes[at] = name[from];
            at += 1;
            from += 1;
        }
        index += 1;
    }
    let mut word = 0_u128;
    let mut byte = 0;
    while byte < 16 {
        word = word << 8 | bytes[piece * 16 + byte] as u128;
        byte += 1;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["admin", "éditeur", "a-rather-long-name-of-a-role"];

    #[test]
    fn names_survive_being_packed() {
        type Names = PackedText<
            { pack(NAMES, 0) },
            { pack(NAMES, 1) },
            { pack(NAMES, 2) },
            { pack(NAMES, 3) },
        >;
        assert_eq!(Names::unpack().as_str(), NAMES.join("\n"));
        assert_eq!(PackedText::<0, 0, 0, 0>::unpack().as_str(), "");
    }
}
