fn load_by_password(
    name: String,
    password: Secret,
    _: State<Db>,
) -> ::login_runtime::__private::WithCredential<
    ::login_runtime::__private::Basic,
    impl ::core::future::Future<Output = Option<User>> + ::core::marker::Send,
>
where
    Option<User>: ::login_runtime::__private::LoaderOutput,
    String: ::login_runtime::__private::LoaderCredential,
    Secret: ::login_runtime::__private::LoaderCredential,
{
    ::login_runtime::__private::WithCredential::new(async move {
        if let ::core::option::Option::Some(output) = ::core::option::Option::None::<
            Option<User>,
        > {
            return output;
        }
        { None }
    })
}
