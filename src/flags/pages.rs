//! The pages of flags.
