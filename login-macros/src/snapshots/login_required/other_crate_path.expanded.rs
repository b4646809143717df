async fn page(_: crate::web::login::__private::LoginRequired) {}
