/// The orders of a customer.
#[cfg(feature = "orders")]
#[tracing::instrument(skip_all)]
pub(crate) async fn r#move<'a, T: Clone + 'a, const N: usize>(
    _: ::login_runtime::__private::LoginRequired,
    user: LoggedIn<User>,
    State(db): State<Db>,
    #[cfg(feature = "search")]
    Query(query): Query<HashMap<String, String>>,
    mut session: impl Deref<Target = Session> + Send,
    Json(order): Json<Order<T>>,
) -> Result<impl IntoResponse, AppError<[T; N]>>
where
    T: DeserializeOwned,
    Order<T>: Send,
{
    #![allow(unused_mut)]
    let done = db.place(user.id, order).await?;
    Ok(Json(done))
}
