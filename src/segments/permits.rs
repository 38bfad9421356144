//! What is asked about segments.

use super::Segment;
use crate::{authz::permits, products::Product};

permits! {
    /// See the segments of a product.
    ListSegments: ProductRead on Product;
    /// See a segment.
    ReadSegment: ProductRead on Segment;
    /// Create a segment.
    CreateSegment: SegmentWrite on Product;
    /// Change a segment.
    ChangeSegment: SegmentWrite on Segment;
    /// Delete a segment.
    DeleteSegment: SegmentDelete on Segment;
}
