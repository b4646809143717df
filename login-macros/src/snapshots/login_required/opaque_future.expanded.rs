fn page(
    _: ::login_runtime::__private::LoginRequired,
) -> impl Future<Output = &'static str> + Send {
    core::future::ready("hi")
}
