#[automatically_derived]
impl crate::login::__private::UserMixin for User {
    const KIND: &'static ::core::primitive::str = ::core::concat!(
        ::core::module_path!(), "::User"
    );
    fn get_id(&self) -> ::std::string::String {
        <i64 as crate::login::__private::ToId>::to_id(&self.id)
    }
    fn auth_hash(
        &self,
    ) -> ::core::option::Option<
        crate::login::__private::Cow<'_, [::core::primitive::u8]>,
    > {
        ::core::option::Option::None
    }
}
