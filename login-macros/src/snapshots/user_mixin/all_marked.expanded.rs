#[automatically_derived]
impl ::login_runtime::__private::UserMixin for User {
    const KIND: &'static ::core::primitive::str = ::core::concat!(
        ::core::module_path!(), "::User"
    );
    fn get_id(&self) -> ::std::string::String {
        <String as ::login_runtime::__private::ToId>::to_id(&self.name)
    }
    fn is_active(&self) -> ::core::primitive::bool {
        <bool as ::login_runtime::__private::AsActive>::as_active(&self.enabled)
    }
    fn auth_hash(
        &self,
    ) -> ::core::option::Option<
        ::login_runtime::__private::Cow<'_, [::core::primitive::u8]>,
    > {
        ::core::option::Option::Some({
            use ::login_runtime::__private::ProbedHash as _;
            (&&&&&::login_runtime::__private::Probe(&self.password_hash)).as_hash()
        })
    }
}
