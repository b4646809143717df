//! What a store gives back of a login, whatever stands there by now.
//!
//! The first 16 bytes are when the record was made and last seen.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use login_runtime::store::{Login, LoginId, LoginParts};

fuzz_target!(|data: &[u8]| {
    let Some((times, payload)) = data.split_first_chunk::<16>() else {
        return;
    };
    let time = |from: usize| {
        let bytes = times[from..from + 8].try_into().unwrap();
        i64::from_le_bytes(bytes).into()
    };
    let realm: Arc<str> = "login".into();
    let parts = LoginParts {
        realm: &realm,
        id: LoginId::from_bytes([7; 16]),
        user_id: "1",
        version: 1,
        created_at: time(0),
        last_seen_at: time(8),
        expires_at: time(8),
        payload,
    };
    let Ok(login) = Login::from_parts(parts) else {
        return;
    };
    let written = login.payload();
    let again = Login::from_parts(LoginParts { payload: &written, ..parts });
    assert_eq!(again.unwrap(), login, "it comes back whole");
});
