//! What is asked about tags.

use super::Tag;
use crate::{authz::permits, products::Product};

permits! {
    /// See the tags of a product.
    ListTags: ProductRead on Product;
    /// See a tag.
    ReadTag: ProductRead on Tag;
    /// Create a tag.
    CreateTag: TagWrite on Product;
    /// Change a tag’s word and colour.
    ChangeTag: TagWrite on Tag;
    /// Delete a tag: the settings that have it lose it.
    DeleteTag: TagDelete on Tag;
}
