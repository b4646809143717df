fn load_by_key(
    key: ApiKey,
) -> crate::login::__private::WithCredential<
    crate::login::__private::Query<
        crate::login::__private::PackedText<
            129518790052214131611580713411394142208,
            0,
            0,
            0,
        >,
    >,
    impl ::core::future::Future<Output = Option<User>> + ::core::marker::Send,
> {
    let _ = <Option<User> as crate::login::__private::LoaderOutput>::check;
    let _ = <ApiKey as crate::login::__private::LoaderCredential>::read;
    crate::login::__private::WithCredential::new(async move {
        if let ::core::option::Option::Some(output) = ::core::option::Option::None::<
            Option<User>,
        > {
            return output;
        }
        { find(key) }
    })
}
