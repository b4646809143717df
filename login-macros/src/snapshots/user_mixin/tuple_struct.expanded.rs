#[automatically_derived]
impl ::login_runtime::__private::UserMixin for User {
    fn get_id(&self) -> ::std::string::String {
        ::login_runtime::__private::ToId::to_id(&self.0)
    }
    fn is_active(&self) -> ::core::primitive::bool {
        self.2
    }
    fn auth_hash(
        &self,
    ) -> ::core::option::Option<
        ::login_runtime::__private::Cow<'_, [::core::primitive::u8]>,
    > {
        ::core::option::Option::Some(
            ::login_runtime::__private::AsHash::as_hash(&self.1),
        )
    }
}
