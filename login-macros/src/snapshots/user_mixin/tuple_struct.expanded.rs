#[automatically_derived]
impl ::login_runtime::__private::UserMixin for User {
    const KIND: &'static ::core::primitive::str = ::core::concat!(
        ::core::module_path!(), "::User"
    );
    fn get_id(&self) -> ::std::string::String {
        <u64 as ::login_runtime::__private::ToId>::to_id(&self.0)
    }
    fn is_active(&self) -> ::core::primitive::bool {
        <bool as ::login_runtime::__private::AsActive>::as_active(&self.2)
    }
    fn auth_hash(
        &self,
    ) -> ::core::option::Option<
        ::login_runtime::__private::Cow<'_, [::core::primitive::u8]>,
    > {
        ::core::option::Option::Some(
            <Vec<u8> as ::login_runtime::__private::AsHash>::as_hash(&self.1),
        )
    }
}
