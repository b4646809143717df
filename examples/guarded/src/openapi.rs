//! The security requirements of an OpenAPI document, from the access table.

use axum::Json;
use login_runtime::{
    guarded::{AccessRow, AccessTable},
    public,
};
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder,
    SecurityRequirement,
    path::OperationBuilder,
    security::{ApiKey, ApiKeyValue, SecurityScheme},
};

/// What programs may know of the site.
#[public]
pub(crate) async fn document() -> Json<OpenApi> {
    Json(of(&super::all_routes().access_table()))
}

pub(crate) fn of(table: &AccessTable) -> OpenApi {
    let operations = table.iter().filter_map(|row| {
        let operation = OperationBuilder::new()
            .operation_id(Some(format!("{} {}", row.method, row.path)))
            // In words as well: OpenAPI cannot say "any of these roles" or "fresh".
            .description(Some(row.access.to_string()))
            .securities(Some(requirements(row)));
        Some((&row.path, PathItem::new(method(&row.method)?, operation)))
    });
    let paths = operations.fold(PathsBuilder::new(), |paths, (path, item)| {
        paths.path(path, item)
    });
    let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-login_session"));
    let header = ApiKey::Header(ApiKeyValue::new("x-api-key"));
    let components = ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::ApiKey(cookie))
        .security_scheme("api_key", SecurityScheme::ApiKey(header));
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("guarded").version("0.1.0"))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

/// The ways in, any of which will do, with the roles and permissions that each has to bring.
fn requirements(row: &AccessRow) -> Vec<SecurityRequirement> {
    let access = &row.access;
    if access.is_public() {
        return Vec::new();
    }
    let rights: Vec<&String> = access
        .roles_required
        .iter()
        .chain(&access.permissions_required)
        .collect();
    ["session", "api_key"]
        .into_iter()
        .filter(|scheme| match access.via {
            None => true,
            Some("session") => *scheme == "session",
            Some(_) => *scheme == "api_key",
        })
        .map(|scheme| SecurityRequirement::new(scheme, rights.clone()))
        .collect()
}

/// `None` for what OpenAPI has no word for: `CONNECT`, and `*` for all methods.
fn method(name: &str) -> Option<HttpMethod> {
    Some(match name {
        "GET" => HttpMethod::Get,
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        "HEAD" => HttpMethod::Head,
        "OPTIONS" => HttpMethod::Options,
        "TRACE" => HttpMethod::Trace,
        _ => return None,
    })
}
