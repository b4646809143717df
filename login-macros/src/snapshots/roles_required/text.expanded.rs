async fn users(
    _: ::login_runtime::__private::RolesRequired<
        ::login_runtime::__private::PackedText<
            129456564412650103614186094115912941568,
            0,
            0,
            0,
        >,
    >,
) {}
