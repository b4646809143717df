/// Finds a user by an API key.
#[allow(clippy::unused_async)]
pub fn load_by_token(
    mut token: String,
    State(db): State<Db>,
) -> ::login_runtime::__private::WithCredential<
    ::login_runtime::__private::Bearer,
    impl ::core::future::Future<
        Output = Result<Option<User>, DbError>,
    > + ::core::marker::Send,
> {
    let _ = <Result<
        Option<User>,
        DbError,
    > as ::login_runtime::__private::LoaderOutput>::check;
    let _ = <String as ::login_runtime::__private::LoaderCredential>::read;
    ::login_runtime::__private::WithCredential::new(async move {
        if let ::core::option::Option::Some(output) = ::core::option::Option::None::<
            Result<Option<User>, DbError>,
        > {
            return output;
        }
        {
            token.make_ascii_lowercase();
            Ok(db.by_token(&token).await?)
        }
    })
}
