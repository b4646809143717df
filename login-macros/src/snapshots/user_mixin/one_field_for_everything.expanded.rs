#[automatically_derived]
impl ::login_runtime::__private::UserMixin for Key {
    const KIND: &'static ::core::primitive::str = ::core::concat!(
        ::core::module_path!(), "::Key"
    );
    fn get_id(&self) -> ::std::string::String {
        <String as ::login_runtime::__private::ToId>::to_id(&self.r#type)
    }
    fn auth_hash(
        &self,
    ) -> ::core::option::Option<
        ::login_runtime::__private::Cow<'_, [::core::primitive::u8]>,
    > {
        ::core::option::Option::Some({
            use ::login_runtime::__private::ProbedHash as _;
            (&&&&&::login_runtime::__private::Probe(&self.r#type)).as_hash()
        })
    }
}
