async fn load_user(id: String) -> Option<impl UserMixin>
where
    String: crate::login::__private::LoaderId,
{
    find(id)
}
