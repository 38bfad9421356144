//! Segments: named sets of conditions that rules of many settings share. Renaming one, or changing it, changes what every one of them serves.

pub mod pages;
