use login_runtime::permissions_accepted;

struct Orders;

#[permissions_accepted("orders:write", "orders:admin")]
impl Orders {
    async fn place() {}
}

fn main() {}
