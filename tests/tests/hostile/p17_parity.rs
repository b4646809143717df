//! P17: what Flask-Login's own tests show holds here, or deviates by a decision that is written down.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use crate::promise::Promise;

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// The newest file in a folder whose name begins so and has no ending, that is, a program.
fn newest_program(folder: &Path, begins: &str) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.flatten().map(|file| file.path());
    let programs = files.filter(|path| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.starts_with(begins) && path.extension().is_none()
    });
    programs.max_by_key(|path| modified(path))
}

/// When anything in a folder was written last.
fn newest_source(folder: &Path) -> Option<SystemTime> {
    let files = fs::read_dir(folder).ok()?.flatten().map(|file| file.path());
    let newest = |path: PathBuf| match path.is_dir() {
        true => newest_source(&path),
        false => modified(&path),
    };
    files.filter_map(newest).max()
}

/// The suite of parity: as it was built beside this one, or else built now.
fn parity() -> Command {
    let sources = [
        "tests/parity",
        "support",
        "../login-runtime/src",
        "../login-macros/src",
    ];
    let sources = sources.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let newest = sources
        .iter()
        .filter_map(|folder| newest_source(folder))
        .max();
    let here = env::current_exe().expect("a test knows its own program");
    let built = here
        .parent()
        .and_then(|folder| newest_program(folder, "parity-"));
    match built {
        Some(program) if modified(&program) >= newest => Command::new(program),
        _ => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["test", "-q", "-p", "login-tests", "--test", "parity", "--"]);
            cargo
        }
    }
}

#[test]
fn p17_flask_login_parity() {
    let mut promise = Promise::new("P17 Flask-Login parity", ["behaviours missing"]);
    let output = parity()
        .args(["--exact", "count::parity_count", "--nocapture"])
        .output()
        .expect("the suite of parity starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = text.lines().find_map(|line| line.strip_prefix("parity: "));
    let (holding, wanted): (usize, usize) = told
        .and_then(|told| told.split_once(" of "))
        .and_then(|(holding, wanted)| Some((holding.parse().ok()?, wanted.trim().parse().ok()?)))
        .unwrap_or_default();
    let reasons = text
        .lines()
        .skip_while(|line| !line.starts_with("not there, by decision"));
    let reasons = reasons.skip(1).take_while(|line| line.starts_with("  "));
    let reasons = reasons
        .filter(|line| line.split_once(": ").is_some())
        .count();
    // The suite itself fails where a behaviour has no test, or one that does not hold.
    promise.demand(
        output.status.success(),
        "behaviours missing",
        "its suite fails",
        || text.clone(),
    );
    promise.demand(
        wanted == 89 && holding + reasons == wanted,
        "behaviours missing",
        "neither there nor reasoned",
        || format!("{holding} hold and {reasons} are reasoned of {wanted}"),
    );
    promise.judge(format_args!(
        "{holding} of {wanted} hold, {reasons} deviations with a reason"
    ));
}
