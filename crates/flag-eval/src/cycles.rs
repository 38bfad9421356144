//! Settings that wait for each other.

use std::{collections::HashMap, fmt};

use crate::model::Config;

/// A chain of prerequisites that comes back to its start, such as `'a' -> 'b' -> 'a'`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cycle {
    /// The keys; the last is the same as the first.
    pub keys: Vec<String>,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.keys.iter().enumerate() {
            let arrow = if at == 0 { "" } else { " -> " };
            write!(f, "{arrow}'{key}'")?;
        }
        Ok(())
    }
}

/// Finds a cycle among settings, each given as its key and the keys of its prerequisites. Prerequisites that are not there do not matter.
///
/// ```
/// let settings = [("a", vec!["b"]), ("b", vec!["c", "d"]), ("d", vec!["b"])];
/// let cycle = flag_eval::cycles::find(settings).expect("b and d wait for each other");
/// assert_eq!(cycle.to_string(), "'b' -> 'd' -> 'b'");
/// ```
pub fn find<'a, P>(settings: impl IntoIterator<Item = (&'a str, P)>) -> Option<Cycle>
where
    P: IntoIterator<Item = &'a str>,
{
    let (keys, prerequisites): (Vec<&str>, Vec<Vec<&str>>) =
        settings.into_iter().map(|(key, prerequisites)| (key, prerequisites.into_iter().collect::<Vec<_>>())).unzip();
    let places: HashMap<&str, usize> = keys.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let edges: Vec<Vec<usize>> =
        prerequisites.iter().map(|wanted| wanted.iter().filter_map(|key| places.get(key).copied()).collect()).collect();
    let chain = walk(&edges).err()?;
    Some(Cycle { keys: chain.into_iter().map(|at| keys[at].to_owned()).collect() })
}

/// Finds a cycle among the settings of a config.
pub fn in_config(config: &Config) -> Option<Cycle> {
    find(config.settings.iter().map(|(key, setting)| (key.as_str(), setting.prerequisites())))
}

/// The settings in an order in which each comes after its prerequisites, or a chain that comes back to its start.
pub(crate) fn walk(edges: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnTheWay,
        Done,
    }
    let mut states = vec![State::New; edges.len()];
    let mut order = Vec::with_capacity(edges.len());
    // A stack of our own: a long chain must not end the process.
    let mut way: Vec<(usize, usize)> = Vec::new();
    for start in 0..edges.len() {
        if states[start] == State::New {
            way.push((start, 0));
            states[start] = State::OnTheWay;
        }
        while let Some((at, next)) = way.last_mut() {
            let Some(&to) = edges[*at].get(*next) else {
                states[*at] = State::Done;
                order.push(*at);
                way.pop();
                continue;
            };
            *next += 1;
            match states[to] {
                State::Done => {}
                State::New => {
                    states[to] = State::OnTheWay;
                    way.push((to, 0));
                }
                State::OnTheWay => {
                    let circle = way.iter().map(|(at, _)| *at).skip_while(|at| *at != to);
                    return Err(circle.chain([to]).collect());
                }
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(settings: &[(&'static str, &[&'static str])]) -> Option<String> {
        find(settings.iter().map(|(key, wanted)| (*key, wanted.iter().copied()))).map(|cycle| cycle.to_string())
    }

    #[test]
    fn chains_are_named_from_where_they_come_back_to() {
        assert_eq!(found(&[("a", &["a"])]).as_deref(), Some("'a' -> 'a'"));
        assert_eq!(found(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]).as_deref(), Some("'b' -> 'c' -> 'b'"));
    }

    #[test]
    fn waiting_twice_for_the_same_is_no_cycle() {
        assert_eq!(found(&[("a", &["b", "c", "b"]), ("b", &["d"]), ("c", &["d"]), ("d", &["missing"])]), None);
    }

    #[test]
    fn each_comes_after_its_prerequisites() {
        assert_eq!(walk(&[vec![1, 2], vec![2], vec![]]), Ok(vec![2, 1, 0]));
    }

    #[test]
    fn a_very_long_chain_is_walked() {
        let edges: Vec<Vec<usize>> = (1..=200_000).map(|next| if next < 200_000 { vec![next] } else { vec![] }).collect();
        assert_eq!(walk(&edges).map(|order| order.len()), Ok(200_000));
    }
}
