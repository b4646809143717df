//! The OpenAPI document, from the access table: a route cannot be missing in it, nor ask for more than it says.

use axum::Json;
use login_runtime::{guarded::AccessRow, public};
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder,
    ResponseBuilder, SecurityRequirement,
    path::OperationBuilder,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};

/// The ways to bring a key, any of which will do.
const SCHEMES: [&str; 3] = ["bearer", "basic", "header"];

#[public]
pub(crate) async fn document() -> Json<OpenApi> {
    Json(of_routes())
}

pub(crate) fn of_routes() -> OpenApi {
    let table = super::routes().access_table();
    let paths = table.iter().fold(PathsBuilder::new(), |paths, row| {
        paths.path(&row.path, PathItem::new(method(row), operation(row)))
    });
    let http = |scheme| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build());
    let header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("x-api-key")));
    let components = ComponentsBuilder::new()
        .security_scheme(SCHEMES[0], http(HttpAuthScheme::Bearer))
        .security_scheme(SCHEMES[1], http(HttpAuthScheme::Basic))
        .security_scheme(SCHEMES[2], header);
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("api-keys").version("0.1.0"))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn operation(row: &AccessRow) -> OperationBuilder {
    let answer = |what: &str| ResponseBuilder::new().description(what).build();
    let operation = OperationBuilder::new()
        .operation_id(Some(row.handler.clone()))
        .description(Some(row.access.to_string()))
        .response("200", answer("JSON"));
    if row.access.is_public() {
        return operation.securities(Some(Vec::<SecurityRequirement>::new()));
    }
    let permissions = &row.access.permissions_required;
    let one = |scheme| SecurityRequirement::new(scheme, permissions);
    operation
        .securities(Some(SCHEMES.map(one)))
        .response("401", answer("no key, or one that opens nothing"))
        .response("403", answer("a key without the permission"))
        .response(
            "503",
            answer("it cannot be told whose key it is; try again"),
        )
}

fn method(row: &AccessRow) -> HttpMethod {
    match &*row.method {
        "POST" => HttpMethod::Post,
        _ => HttpMethod::Get,
    }
}
