//! Who may call what, as a table.

use std::fmt;

use crate::guard::Access;

/// Every route of a guarded router, with what it asks of those who call it.
///
/// Sorted by path and method. `{}` prints it aligned; `{:#}` leaves the handlers' names out, which is
/// what a snapshot test wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct AccessTable {
    rows: Vec<AccessRow>,
}

/// One route of a guarded router.
///
/// Two rows are equal whatever their handlers are called.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AccessRow {
    /// The method, such as `GET` (which answers `HEAD` as well), or `*` for all of them.
    pub method: String,
    /// The whole path, through every nested router.
    pub path: String,
    /// What the route asks for.
    pub access: Access,
    /// The handler's name, for reading.
    pub handler: String,
}

impl PartialEq for AccessRow {
    fn eq(&self, other: &Self) -> bool {
        (&self.method, &self.path, &self.access) == (&other.method, &other.path, &other.access)
    }
}

impl Eq for AccessRow {}

impl AccessTable {
    pub(super) fn new(mut rows: Vec<AccessRow>) -> Self {
        rows.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        Self { rows }
    }

    /// The rows, sorted by path and method.
    pub fn iter(&self) -> std::slice::Iter<'_, AccessRow> {
        self.rows.iter()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no route at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<'a> IntoIterator for &'a AccessTable {
    type Item = &'a AccessRow;
    type IntoIter = std::slice::Iter<'a, AccessRow>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for AccessTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accesses: Vec<String> = self.rows.iter().map(|row| row.access.to_string()).collect();
        let width = |of: &dyn Fn(usize) -> usize| (0..self.rows.len()).map(of).max().unwrap_or(0);
        let method = width(&|at| self.rows[at].method.chars().count());
        let path = width(&|at| self.rows[at].path.chars().count());
        let access = width(&|at| accesses[at].chars().count());
        for (row, asked) in self.rows.iter().zip(&accesses) {
            write!(f, "{:method$}  {:path$}  ", row.method, row.path)?;
            if f.alternate() {
                writeln!(f, "{asked}")?;
            } else {
                writeln!(f, "{asked:access$}  {}", row.handler)?;
            }
        }
        Ok(())
    }
}
