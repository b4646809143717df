//! Who may read the file.

use std::path::Path;

/// Makes the database's file where there is none, for nobody but the account of this process.
///
/// SQLite would make it under the process's umask, by which usually everybody may read it, and gives
/// the files beside it (`-wal`, `-shm`) the rights of this one. An existing file is left as it is, and
/// the log says who may read it.
#[cfg(unix)]
pub(super) fn make(database: &Path) {
    use std::{
        fs::OpenOptions,
        io,
        os::unix::fs::{OpenOptionsExt, PermissionsExt},
    };

    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(database);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let mode = std::fs::metadata(database).map(|it| it.permissions().mode());
            if mode.is_ok_and(|mode| mode & 0o077 != 0) {
                tracing::warn!(
                    target: "login_runtime",
                    "other accounts of this machine may read the logins in `{0}`: run \
                     `chmod 600 {0}`",
                    database.display(),
                );
            }
        }
        // What else goes wrong SQLite meets as well, and says it better.
        Ok(_) | Err(_) => {}
    }
}

/// Other systems have rights of their own.
#[cfg(not(unix))]
pub(super) fn make(_: &Path) {}
