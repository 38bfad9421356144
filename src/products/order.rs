//! Putting things into another order, one step at a time.

use crate::error::{Error, Result};

/// One step in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Before the one above it.
    Up,
    /// After the one below it.
    Down,
}

impl To {
    /// Reads the field `to` of a form.
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "up" => Ok(Self::Up),
            "down" => Ok(Self::Down),
            _ => Err(Error::field("to", "Please say up or down.")),
        }
    }

    /// The list with one of its things moved; `None` where it is at the end already, or not in it.
    pub fn moved<T: Copy + PartialEq>(self, list: &[T], thing: T) -> Option<Vec<T>> {
        let at = list.iter().position(|other| *other == thing)?;
        let other = match self {
            Self::Up => at.checked_sub(1)?,
            Self::Down => (at + 1 < list.len()).then_some(at + 1)?,
        };
        let mut list = list.to_vec();
        list.swap(at, other);
        Some(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_swaps_neighbours_and_stops_at_the_ends() {
        assert_eq!(To::Up.moved(&[1, 2, 3], 3), Some(vec![1, 3, 2]));
        assert_eq!(To::Down.moved(&[1, 2, 3], 1), Some(vec![2, 1, 3]));
        assert_eq!([To::Up.moved(&[1, 2], 1), To::Down.moved(&[1, 2], 2), To::Up.moved(&[1, 2], 7)], [None, None, None]);
    }
}
