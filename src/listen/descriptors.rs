//! Descriptors of files: each connection takes one, and so do the database, mail and webhooks, which must never find none left.

use crate::limits::Limits;

/// Raises the process’s limit of open files as far as so many connections need it, and gives how many there is room for.
pub fn make_room(connections: usize) -> usize {
    let kept = Limits::KEPT_DESCRIPTORS;
    let wanted = u64::try_from(connections.saturating_add(kept)).unwrap_or(u64::MAX);
    let open = match rlimit::increase_nofile_limit(wanted) {
        Ok(open) => usize::try_from(open).unwrap_or(usize::MAX),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files cannot be read");
            return connections;
        }
    };
    let room = connections.min(open.saturating_sub(kept).max(open / 4));
    if room < connections {
        tracing::warn!(
            "the operating system allows {open} open files: {room} connections at once instead of {connections}. Raise the hard limit (LimitNOFILE, ulimit -n)"
        );
    }
    room
}
