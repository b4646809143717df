use login_runtime::login_required;

struct Pages;

impl Pages {
    #[login_required(admin, user = "Admin")]
    unsafe fn dashboard(&self) -> &'static str {
        "Hi!"
    }
}

fn main() {}
