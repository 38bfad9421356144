//! The pages of segments.
