fn load_by_key(
    key: ApiKey,
) -> ::login_runtime::__private::WithCredential<
    ::login_runtime::__private::Header<
        ::login_runtime::__private::PackedText<
            159742989152660562659555330833009082368,
            0,
            0,
            0,
        >,
    >,
    impl ::core::future::Future<Output = Option<User>> + ::core::marker::Send,
> {
    let _ = <Option<User> as ::login_runtime::__private::LoaderOutput>::check;
    let _ = <ApiKey as ::login_runtime::__private::LoaderCredential>::read;
    ::login_runtime::__private::WithCredential::new(async move {
        if let ::core::option::Option::Some(output) = ::core::option::Option::None::<
            Option<User>,
        > {
            return output;
        }
        { find(key) }
    })
}
