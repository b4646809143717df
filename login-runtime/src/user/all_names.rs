//! Every name that a field can hold, where its type knows them all.

use std::{marker::PhantomData, ops::Deref};

/// What `#[derive(Role)]` writes of an enum: the names of all its variants.
pub trait AllNames {
    /// The names, in the order of the variants.
    const ALL: &'static [&'static str];
}

impl<N: AllNames + ?Sized> AllNames for &N {
    const ALL: &'static [&'static str] = N::ALL;
}

/// The type of a field, to be asked for the names that it can hold: as with
/// [`Probe`](super::derive::Probe), each kind of field has its own number of references.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "the derive writes it")]
pub struct FieldType<T: ?Sized>(pub PhantomData<T>);

/// All names among the references to a [`FieldType`].
pub trait ProbedAllNames {
    /// The names, if the type knows them all.
    fn all_names(&self) -> Option<&'static [&'static str]>;
}

/// A collection of roles.
impl<C: ?Sized + 'static> ProbedAllNames for &&&&FieldType<C>
where
    &'static C: IntoIterator<Item: AllNames>,
{
    fn all_names(&self) -> Option<&'static [&'static str]> {
        Some(<&'static C as IntoIterator>::Item::ALL)
    }
}

/// A single role.
impl<N: AllNames + ?Sized> ProbedAllNames for &&&FieldType<N> {
    fn all_names(&self) -> Option<&'static [&'static str]> {
        Some(N::ALL)
    }
}

/// What derefs to a collection of roles, such as `Json<Vec<Role>>`.
impl<D: Deref<Target: 'static> + ?Sized> ProbedAllNames for &&FieldType<D>
where
    &'static D::Target: IntoIterator<Item: AllNames>,
{
    fn all_names(&self) -> Option<&'static [&'static str]> {
        Some(<&'static D::Target as IntoIterator>::Item::ALL)
    }
}

/// What derefs to a single role.
impl<D: Deref<Target: AllNames> + ?Sized> ProbedAllNames for &FieldType<D> {
    fn all_names(&self) -> Option<&'static [&'static str]> {
        Some(D::Target::ALL)
    }
}

impl<T: ?Sized> FieldType<T> {
    /// Of a type that can hold any name.
    pub fn all_names(&self) -> Option<&'static [&'static str]> {
        None
    }
}
