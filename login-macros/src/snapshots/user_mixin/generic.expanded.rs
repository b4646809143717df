#[automatically_derived]
impl<'a, I: Clone, H, const N: usize> ::login_runtime::__private::UserMixin
for User<'a, I, H, N>
where
    H: Send,
    Id<I>: ::login_runtime::__private::ToId,
    H: ::login_runtime::__private::AsHash,
{
    const KIND: &'static ::core::primitive::str = ::core::concat!(
        ::core::module_path!(), "::User"
    );
    fn get_id(&self) -> ::std::string::String {
        <Id<I> as ::login_runtime::__private::ToId>::to_id(&self.id)
    }
    fn auth_hash(
        &self,
    ) -> ::core::option::Option<
        ::login_runtime::__private::Cow<'_, [::core::primitive::u8]>,
    > {
        ::core::option::Option::Some(
            <H as ::login_runtime::__private::AsHash>::as_hash(&self.hash),
        )
    }
}
