async fn home(_: ::login_runtime::__private::Public) {}
