async fn settings(_: ::login_runtime::__private::FreshLoginRequired<5400>) {}
