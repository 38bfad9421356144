//! The words that some texts are one of, as the description of the API lists them: always those that are read. They are read in any case.

use flag_eval::comparator::Comparator;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::{comparison, formula_v2, patch, typed, wire};
use crate::{authz::Access, integrations::Service, products, webhooks::Method};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $words:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some($words)).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

words! {
    /// The type of a setting.
    SettingType: typed::TYPES;
    /// The generation of a config's rules.
    RulesVersion: ["v1", "v2"];
    /// How far somebody reaches into an environment.
    AccessLevel: Access::ALL.map(Access::wire);
    /// How keys are made of names.
    KeyStyle: products::KEY_STYLES;
    /// How an attribute is compared, in the first generation.
    FirstComparator: comparison::WORDS;
    /// How an attribute is compared.
    UserComparator: Comparator::ALL.map(Comparator::name);
    /// How a segment is asked for.
    SegmentWord: wire::SEGMENT_WORDS;
    /// How another flag is asked for.
    PrerequisiteWord: formula_v2::FLAG_WORDS;
    /// A change of a patch.
    PatchWord: patch::WORDS;
    /// How a webhook asks.
    HttpMethod: [Method::Get, Method::Post].map(Method::wire);
    /// A service of somebody else.
    IntegrationType: Service::ALL.map(Service::wire);
}
