fn load<D>(
    token: String,
    State(db): State<D>,
) -> ::login_runtime::__private::WithCredential<
    ::login_runtime::__private::Bearer,
    impl ::core::future::Future<
        Output = Result<Option<impl UserMixin>, D::Error>,
    > + ::core::marker::Send,
>
where
    D: Database,
{
    #![allow(unused_variables)]
    ::login_runtime::__private::WithCredential::new(async move {
        { db.by_token(&token).await }
    })
}
