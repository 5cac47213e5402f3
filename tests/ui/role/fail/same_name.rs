use skeleton_runtime::prelude::*;

#[expect(non_camel_case_types)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Roles {
    SeniorEditor,
    Senior_Editor,
}

fn main() {}
