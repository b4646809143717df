#[login_required]
fn page() -> BoxFuture<'static, Response> {
    Box::pin(async { "hi".into_response() })
}
