//! The pages of SDK keys.
