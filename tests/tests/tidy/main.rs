//! What a machine can see of how this repository is written.
//!
//! Every rule is a function from files to sentences, one for each place that breaks it, and has a test
//! of its own beside it that it notices.

mod documents;
mod features;
mod floors;
mod habits;
mod mutants;
mod repository;
mod rooms;
mod source;
mod stores;

use source::File;

/// Where the rooms of the runtime are.
const RUNTIME: &str = "login-runtime/src/";

#[track_caller]
fn holds(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

/// That a rule says something of each of these words about a file of this text.
#[track_caller]
fn notices(violations: &[String], words: &[&str]) {
    for word in words {
        let told = violations.iter().any(|it| it.contains(word));
        assert!(told, "nothing of {word} in {violations:#?}");
    }
    assert_eq!(violations.len(), words.len(), "{violations:#?}");
}

#[test]
fn no_room_imports_from_a_floor_above_it() {
    holds(floors::violations(&File::under(RUNTIME)));
}

#[test]
fn rooms_of_one_floor_import_from_each_other_in_one_direction() {
    holds(floors::circles(&File::under(RUNTIME)));
}

#[test]
fn no_room_writes_methods_on_a_type_of_another() {
    holds(rooms::violations(&File::under(RUNTIME)));
}

#[test]
fn a_file_is_about_one_thing() {
    holds(habits::long_files(&File::all()));
}

#[test]
fn module_files_are_called_mod() {
    holds(habits::module_files(&File::all()));
}

#[test]
fn nothing_is_left_undone_or_untested() {
    holds(habits::left_undone(&File::all()));
}

#[test]
fn every_feature_is_in_the_table() {
    holds(features::violations(&File::under("login-runtime/")));
}

#[test]
fn the_top_level_is_what_it_was_meant_to_be() {
    holds(repository::top_level(&repository::entries()));
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    holds(repository::machine_paths(&File::all()));
}

#[test]
fn packages_come_from_where_everybody_gets_them() {
    holds(repository::package_sources(&File::all()));
}

#[test]
fn what_no_test_notices_is_still_there_and_has_a_reason() {
    holds(mutants::violations(&File::all()));
}

#[test]
fn every_manager_of_the_suites_stands_on_a_store_that_runs_both_ways() {
    holds(stores::violations(&File::under("tests/tests/")));
}

#[test]
fn what_is_packed_is_what_stands_at_the_top() {
    holds(documents::packed());
}

#[test]
fn pictures_are_what_their_script_draws() {
    holds(documents::pictures());
}

#[test]
fn whether_a_user_was_logged_in_is_looked_at() {
    holds(documents::logins_that_nobody_looks_at(&File::all()));
}

#[test]
fn the_chapter_on_standards_names_tests_that_are_there() {
    holds(documents::tests_that_are_named(&File::all()));
}
