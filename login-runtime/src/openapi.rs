//! What aide writes into an OpenAPI document about guards and extractors.

use aide::{
    generate::GenContext,
    openapi::{Operation, Response},
    operation::OperationInput,
};

#[cfg(feature = "minijinja")]
use crate::template::Templates;
use crate::{
    extract::{CurrentUser, Flash, FlashedMessages, LoggedIn, LoginSession, NextUrl},
    guard::{
        Both, FreshLoginRequired, LoginRequired, PermissionsAccepted, PermissionsRequired, Public,
        RolesAccepted, RolesRequired, Whose,
    },
    manager::LoginManager,
    packed::Text,
};

const UNAUTHORIZED: (u16, &str) = (401, "nobody is logged in, or not as is asked for");
const FORBIDDEN: (u16, &str) = (403, "the user has no right to this");

fn refusals(refusals: &[(u16, &str)]) -> Vec<(Option<u16>, Response)> {
    let response = |description: &str| Response {
        description: description.to_owned(),
        ..Response::default()
    };
    let refusals = refusals.iter();
    refusals
        .map(|(status, description)| (Some(*status), response(description)))
        .collect()
}

/// Says which refusals come from an argument.
macro_rules! refusing {
    ($([$($parameter:tt)*] $ty:ty: $refusals:expr;)*) => {
        $(impl<$($parameter)*> OperationInput for $ty {
            fn inferred_early_responses(
                _: &mut GenContext,
                _: &mut Operation,
            ) -> Vec<(Option<u16>, Response)> {
                refusals(&$refusals)
            }
        })*
    };
}

refusing! {
    [] Public: [];
    [U: Whose, const VIA: u8] LoginRequired<U, VIA>: [UNAUTHORIZED];
    [const WITHIN: u64, U: Whose] FreshLoginRequired<WITHIN, U>: [UNAUTHORIZED];
    [N: Text, U: Whose] RolesRequired<N, U>: [UNAUTHORIZED, FORBIDDEN];
    [N: Text, U: Whose] RolesAccepted<N, U>: [UNAUTHORIZED, FORBIDDEN];
    [N: Text, U: Whose] PermissionsRequired<N, U>: [UNAUTHORIZED, FORBIDDEN];
    [N: Text, U: Whose] PermissionsAccepted<N, U>: [UNAUTHORIZED, FORBIDDEN];
    [U] LoggedIn<U>: [UNAUTHORIZED];
    [U] CurrentUser<U>: [];
    [U] LoginSession<U>: [];
    [U] LoginManager<U>: [];
    [] NextUrl: [];
    [] Flash: [];
    [] FlashedMessages: [];
}

#[cfg(feature = "minijinja")]
refusing! {
    [U] Templates<U>: [];
}

impl<A: OperationInput, B: OperationInput> OperationInput for Both<A, B> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        A::operation_input(context, operation);
        B::operation_input(context, operation);
    }

    fn inferred_early_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        let mut responses = A::inferred_early_responses(context, operation);
        for response in B::inferred_early_responses(context, operation) {
            if responses.iter().all(|(status, _)| *status != response.0) {
                responses.push(response);
            }
        }
        responses
    }
}
