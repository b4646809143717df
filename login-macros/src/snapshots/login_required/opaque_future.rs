#[login_required]
fn page() -> impl Future<Output = &'static str> + Send {
    core::future::ready("hi")
}
