//! The impl, written out from what is known to be in order.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Ident, ext::IdentExt as _, parse_quote};

use super::{
    parse::Field,
    validate::{Active, AuthHash, User},
};

impl User<'_> {
    /// The impl of `UserMixin`.
    ///
    /// After a mistake there is one too, so that the compiler does not also say that the type is no
    /// user: what is not known has a body that fits any type, and the error beside it keeps it from
    /// compiling.
    pub(crate) fn expand(&self) -> TokenStream {
        let (runtime, ident) = (self.runtime, self.ident);
        let user_mixin = runtime.private("UserMixin");
        let kind = self.kind();
        let cow = runtime.private("Cow");
        let get_id = self
            .id
            .map_or_else(unknown, |id| self.call("ToId", "to_id", id));
        let is_active = self.active().map(|value| {
            quote! {
                fn is_active(&self) -> ::core::primitive::bool {
                    #value
                }
            }
        });
        let auth_hash = match &self.auth_hash {
            AuthHash::Field(field) => {
                let hash = match self.is_generic(field) {
                    true => self.call("AsHash", "as_hash", field),
                    false => self.probe("ProbedHash", "as_hash", &TokenStream::new(), field),
                };
                quote!(::core::option::Option::Some(#hash))
            }
            AuthHash::None => quote!(::core::option::Option::None),
            AuthHash::Undecided => unknown(),
        };
        let has_role = self.has("has_role", self.roles);
        let has_permission = self.has("has_permission", self.permissions);
        let all_roles = self.all("all_roles", self.roles);
        let all_permissions = self.all("all_permissions", self.permissions);
        let rights = [
            (self.roles, "HasRoles"),
            (self.permissions, "HasPermissions"),
        ];
        let rights = rights.into_iter().filter(|(field, _)| field.is_some());
        let rights = rights.map(|(_, name)| runtime.private(name));
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
                #all_roles
                #all_permissions
            }
            #(
                #[automatically_derived]
                impl #impl_generics #rights for #ident #type_generics #where_clause {}
            )*
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
        let method = Ident::new(method, Span::call_site());
        let Field { member, ty, .. } = field;
        let has_name = match self.is_generic(field) {
            true => {
                let names = self.runtime.private("Names");
                quote!(<#ty as #names>::has_name(&self.#member, name))
            }
            false => self.probe("ProbedNames", "has_name", &quote!(name), field),
        };
        Some(quote! {
            fn #method(
                &self,
                name: &::core::primitive::str,
            ) -> ::core::option::Option<::core::primitive::bool> {
                ::core::option::Option::Some(#has_name)
            }
        })
    }

    /// The function that says which names a field can hold, where its type may know.
    fn all(&self, function: &str, field: Option<&Field>) -> Option<TokenStream> {
        let field = field.filter(|field| !self.is_generic(field))?;
        let function = Ident::new(function, Span::call_site());
        let ty = &field.ty;
        let field_type = self.runtime.private("FieldType");
        let helper = self.runtime.private("ProbedAllNames");
        Some(quote! {
            fn #function() -> ::core::option::Option<&'static [&'static ::core::primitive::str]> {
                use #helper as _;
                (&&&&&#field_type::<#ty>(::core::marker::PhantomData)).all_names()
            }
        })
    }

    /// Whether the user is active, unless it always is.
    fn active(&self) -> Option<TokenStream> {
        match &self.active {
            Active::Always => None,
            Active::Field(field) => Some(self.call("AsActive", "as_active", field)),
            Active::OfField(function, Field { member, .. }) => {
                let place = place_of(function);
                Some(quote_spanned!(place=> #function(&self.#member)))
            }
            Active::OfUser(function) => {
                let place = place_of(function);
                Some(quote_spanned!(place=> #function(self)))
            }
        }
    }

    /// A method of the runtime's `Probe` on a field, which fits itself to the field's type. What is
    /// wrong with the type is said where the user wrote it.
    fn probe(
        &self,
        helper: &str,
        method: &str,
        argument: &TokenStream,
        field: &Field,
    ) -> TokenStream {
        let Field { member, ty, .. } = field;
        let place = place_of(ty);
        let probe = on(self.runtime.private("Probe"), place);
        let helper = self.runtime.private(helper);
        let method = Ident::new(method, place);
        let asked = quote_spanned!(place=> (&&&&&#probe(&self.#member)).#method(#argument));
        quote!({
            use #helper as _;
            #asked
        })
    }

    fn is_generic(&self, field: &Field) -> bool {
        mentions_parameter(field.ty.to_token_stream(), self.generics)
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
        let active = match self.active {
            Active::Field(field) => Some(field),
            Active::Always | Active::OfField(..) | Active::OfUser(_) => None,
        };
        for (field, name) in [
            (self.id, "ToId"),
            (active, "AsActive"),
            (hash, "AsHash"),
            (self.roles, "Names"),
            (self.permissions, "Names"),
        ] {
            let Some(field) = field else { continue };
            let ty = &field.ty;
            if self.is_generic(field) {
                let bound = self.runtime.private(name);
                generics
                    .make_where_clause()
                    .predicates
                    .push(parse_quote!(#ty: #bound));
            }
        }
    }
}

/// Where the user wrote something, for tokens that are the expansion's own.
fn place_of(written: &impl ToTokens) -> Span {
    let first = written.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |token| {
        Span::call_site().located_at(token.span())
    })
}

/// The tokens in another place.
fn on(tokens: TokenStream, place: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    tokens.collect()
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
