fn page(_: ::login_runtime::__private::LoginRequired) -> BoxFuture<'static, Response> {
    Box::pin(async { "hi".into_response() })
}
