fn load_by_password(
    name: String,
    password: Secret,
    _: State<Db>,
) -> ::login_runtime::__private::WithCredential<
    ::login_runtime::__private::Basic,
    impl ::core::future::Future<Output = Option<User>> + ::core::marker::Send,
> {
    let _ = <Option<User> as ::login_runtime::__private::LoaderOutput>::check;
    let _ = <String as ::login_runtime::__private::LoaderCredential>::read;
    let _ = <Secret as ::login_runtime::__private::LoaderCredential>::read;
    ::login_runtime::__private::WithCredential::new(async move {
        if let ::core::option::Option::Some(output) = ::core::option::Option::None::<
            Option<User>,
        > {
            return output;
        }
        { None }
    })
}
