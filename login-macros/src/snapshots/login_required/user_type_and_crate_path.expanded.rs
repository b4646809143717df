async fn page(_: ::renamed::__private::LoginRequired<Admin>) {}
