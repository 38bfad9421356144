//! Addresses that are none of the public internet, by the registries that say so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use url::Host;

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(segments: [u16; 8], length: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

/// The IANA IPv4 Special-Purpose Address Registry (<https://www.iana.org/assignments/iana-ipv4-special-registry>, as of October 2025), whole:
/// nobody takes requests at those that are globally reachable either. The registry leaves out multicast (RFC 5771), the last line.
const IPV4: &[Ipv4Net] = &[
    v4(0, 0, 0, 0, 8),       // this network (RFC 791)
    v4(10, 0, 0, 0, 8),      // private use (RFC 1918)
    v4(100, 64, 0, 0, 10),   // shared address space of providers (RFC 6598); Alibaba Cloud’s 100.100.100.200
    v4(127, 0, 0, 0, 8),     // loopback (RFC 1122)
    v4(169, 254, 0, 0, 16),  // link local (RFC 3927); 169.254.169.254 of most clouds, 169.254.170.2 of Amazon ECS
    v4(172, 16, 0, 0, 12),   // private use (RFC 1918)
    v4(192, 0, 0, 0, 24),    // IETF protocol assignments (RFC 6890); Oracle Cloud’s 192.0.0.192
    v4(192, 0, 2, 0, 24),    // documentation (RFC 5737)
    v4(192, 31, 196, 0, 24), // AS112 (RFC 7535)
    v4(192, 52, 193, 0, 24), // AMT (RFC 7450)
    v4(192, 88, 99, 0, 24),  // relays from 6to4, deprecated (RFC 7526)
    v4(192, 168, 0, 0, 16),  // private use (RFC 1918)
    v4(192, 175, 48, 0, 24), // direct delegation AS112 (RFC 7534)
    v4(198, 18, 0, 0, 15),   // benchmarking (RFC 2544)
    v4(198, 51, 100, 0, 24), // documentation (RFC 5737)
    v4(203, 0, 113, 0, 24),  // documentation (RFC 5737)
    v4(240, 0, 0, 0, 4),     // reserved (RFC 1112), with the limited broadcast 255.255.255.255 (RFC 919)
    v4(224, 0, 0, 0, 4),     // multicast (RFC 5771)
];

/// What is given out of the IPv6 address space as global unicast (<https://www.iana.org/assignments/ipv6-address-space>). All the rest is
/// loopback, link local, unique local (Amazon’s fd00:ec2::254, Google’s fd20:ce::254), multicast, a translation or unassigned.
const IPV6_GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// The IANA IPv6 Special-Purpose Address Registry (<https://www.iana.org/assignments/iana-ipv6-special-registry>, as of 9 October 2025) as far
/// as it lies inside of [`IPV6_GLOBAL_UNICAST`].
const IPV6: &[Ipv6Net] = &[
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // IETF protocol assignments (RFC 2928), among them Teredo, 2001::/32 (RFC 4380)
    v6([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32), // documentation (RFC 3849)
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4 (RFC 3056)
    v6([0x2620, 0x004f, 0x8000, 0, 0, 0, 0, 0], 48), // direct delegation AS112 (RFC 7534)
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation (RFC 9637)
];

/// The well-known prefix of translators to IPv4 (RFC 6052). The last four bytes are the address that is reached in the end.
const NAT64: Ipv6Net = v6([0x0064, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// Services of the machine’s own host in address space that is otherwise public.
const HOST_SERVICES: &[Ipv4Net] = &[
    // Microsoft Azure: DNS, DHCP, health and the machine’s own agent
    // (<https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16>).
    v4(168, 63, 129, 16, 32),
];

/// Top-level names that no public name server answers for: `localhost` (RFC 6761), `local` (RFC 6762), `internal` (reserved by ICANN in
/// July 2024; metadata.google.internal), and what RFC 8375 keeps for home networks.
const LOCAL_NAMES: &[&[&str]] = &[&["localhost"], &["local"], &["internal"], &["home", "arpa"]];

/// Whether a host is named by a name of a private network or of this machine, whatever it resolves to.
pub(super) fn is_local_name(host: &Host<&str>) -> bool {
    let Host::Domain(name) = host else { return false };
    LOCAL_NAMES.iter().any(|local| ends_with_labels(name, local))
}

/// Whether a domain name is one of these labels or below them.
pub(super) fn ends_with_labels(name: &str, labels: &[&str]) -> bool {
    let mut found = name.strip_suffix('.').unwrap_or(name).rsplit('.');
    labels.iter().rev().all(|label| found.next().is_some_and(|found| found.eq_ignore_ascii_case(label)))
}

/// Whether an address is one of the public internet: what everybody reaches, and means the same by.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => IPV4.iter().chain(HOST_SERVICES).all(|special| !special.contains(&address)),
        IpAddr::V6(address) if NAT64.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            is_public(Ipv4Addr::new(a, b, c, d).into())
        }
        IpAddr::V6(address) => IPV6_GLOBAL_UNICAST.contains(&address) && IPV6.iter().all(|special| !special.contains(&address)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses_are_told_by_their_registries() {
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.7",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.1.1",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:168.63.129.16",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:a00:1::",
            "2620:4f:8000::1",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "168.63.129.15",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2003::1",
            "2606:4700::1111",
            "3ffe::1",
            "64:ff9b::101:101",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn local_names_are_told_by_their_labels() {
        for local in ["localhost", "LOCALHOST.", "x.localhost", "printer.local", "metadata.google.internal", "nas.home.arpa"] {
            assert!(is_local_name(&Host::Domain(local)), "{local}");
        }
        for other in ["localhost.example", "notlocal", "internal.example", "arpa", "home.example", "mylocal"] {
            assert!(!is_local_name(&Host::Domain(other)), "{other}");
        }
    }
}
