#[public]
async fn home() {}
