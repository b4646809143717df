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
        ::core::option::Option::Some({
            use ::login_runtime::__private::ProbedHash as _;
            (&&&&&::login_runtime::__private::Probe(&self.1)).as_hash()
        })
    }
}
