//! The impl, written out from what is known to be in order.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Generics, Ident, ext::IdentExt as _, parse_quote};

use super::{
    parse::Field,
    validate::{AuthHash, User},
};

impl User<'_> {
    /// The impl of `UserMixin`.
    ///
    /// After a mistake there is one too, so that nobody is told that the user is no user: what is
    /// not known has a body that fits any type, and the error beside it keeps it from compiling.
    pub(crate) fn expand(&self) -> TokenStream {
        let (runtime, ident) = (self.runtime, self.ident);
        let user_mixin = runtime.private("UserMixin");
        let kind = self.kind();
        let cow = runtime.private("Cow");
        let get_id = self
            .id
            .map_or_else(unknown, |id| self.call("ToId", "to_id", id));
        let is_active = self.active.map(|active| {
            let value = self.call("AsActive", "as_active", active);
            quote! {
                fn is_active(&self) -> ::core::primitive::bool {
                    #value
                }
            }
        });
        let auth_hash = match &self.auth_hash {
            AuthHash::Field(field) => {
                let hash = self.call("AsHash", "as_hash", field);
                quote!(::core::option::Option::Some(#hash))
            }
            AuthHash::None => quote!(::core::option::Option::None),
            AuthHash::Undecided => unknown(),
        };
        let has_role = self.has("has_role", self.roles);
        let has_permission = self.has("has_permission", self.permissions);
        let mut generics = self.generics.clone();
        self.demand_of_generic_fields(&mut generics);
        let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #impl_generics #user_mixin for #ident #type_generics #where_clause {
                const KIND: &'static ::core::primitive::str = #kind;
                fn get_id(&self) -> ::std::string::String {
                    #get_id
                }
                #is_active
                fn auth_hash(&self) -> ::core::option::Option<#cow<'_, [::core::primitive::u8]>> {
                    #auth_hash
                }
                #has_role
                #has_permission
            }
        }
    }
}

fn unknown() -> TokenStream {
    quote!(loop {})
}

impl User<'_> {
    /// The module and the name of the type, unless the user says otherwise.
    fn kind(&self) -> TokenStream {
        if let Some(kind) = self.kind {
            return kind.to_token_stream();
        }
        let name = format!("::{}", self.ident.unraw());
        quote!(::core::concat!(::core::module_path!(), #name))
    }

    /// The method that looks a name up in a field.
    fn has(&self, method: &str, field: Option<&Field>) -> Option<TokenStream> {
        let field = field?;
        let names = self.runtime.private("Names");
        let method = Ident::new(method, Span::call_site());
        let Field { member, ty, .. } = field;
        Some(quote! {
            fn #method(
                &self,
                name: &::core::primitive::str,
            ) -> ::core::option::Option<::core::primitive::bool> {
                ::core::option::Option::Some(
                    <#ty as #names>::has_name(&self.#member, name)
                )
            }
        })
    }

    /// A helper trait's method on a field. The field's type is named, so that a type which the trait
    /// is not implemented for is underlined where the user wrote it.
    fn call(&self, name: &str, method: &str, field: &Field) -> TokenStream {
        let helper = self.runtime.private(name);
        let method = Ident::new(method, Span::call_site());
        let Field { member, ty, .. } = field;
        quote!(<#ty as #helper>::#method(&self.#member))
    }

    /// The helper traits as where-predicates, where only the caller knows the field's type.
    fn demand_of_generic_fields(&self, generics: &mut Generics) {
        let hash = match self.auth_hash {
            AuthHash::Field(field) => Some(field),
            AuthHash::None | AuthHash::Undecided => None,
        };
        for (field, name) in [
            (self.id, "ToId"),
            (self.active, "AsActive"),
            (hash, "AsHash"),
            (self.roles, "Names"),
            (self.permissions, "Names"),
        ] {
            let Some(Field { ty, .. }) = field else {
                continue;
            };
            if mentions_parameter(ty.to_token_stream(), self.generics) {
                let bound = self.runtime.private(name);
                generics
                    .make_where_clause()
                    .predicates
                    .push(parse_quote!(#ty: #bound));
            }
        }
    }
}

fn mentions_parameter(ty: TokenStream, generics: &Generics) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Ident(word) => generics
            .type_params()
            .any(|parameter| parameter.ident == word),
        TokenTree::Group(group) => mentions_parameter(group.stream(), generics),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
