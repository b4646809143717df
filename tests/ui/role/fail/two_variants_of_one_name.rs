use login_runtime::Role;

#[derive(Role)]
enum Role {
    DeskEditor,
    #[role(name = "desk_editor")]
    Editor,
}

fn main() {}
