//! How many connections there may be, in all and from one address.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Hall;
use crate::metrics::{self, Counter};

/// The connections of clients; all threads share it.
#[derive(Debug)]
pub struct Seats {
    free: Arc<Semaphore>,
    addresses: Mutex<HashMap<IpAddr, Address>>,
    /// Most connections of one address; 0: any number.
    most_each: usize,
}

/// The connections of one address.
#[derive(Debug, Default)]
struct Address {
    open: usize,
    /// Whether the log was told that there are too many.
    is_told: bool,
}

/// A connection's place among those of its address.
#[derive(Debug)]
pub(super) struct Place(Option<(Arc<Seats>, IpAddr)>);

impl Seats {
    /// Seats for that many connections, and for so many of each address; 0: any number.
    pub fn new(most: usize, most_each: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(most)), addresses: Mutex::default(), most_each }
    }

    /// A seat. Where none is free, a connection in the hall makes room for it.
    pub(super) async fn seat(&self, hall: &Hall) -> Option<OwnedSemaphorePermit> {
        if let Ok(seat) = self.free.clone().try_acquire_owned() {
            return Some(seat);
        }
        hall.make_room();
        // Nobody closes the semaphore.
        self.free.clone().acquire_owned().await.ok()
    }

    /// A place among the connections of an address; `None` where it has all it may have.
    pub(super) fn place(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        if self.most_each == 0 {
            return Some(Place(None));
        }
        let network = network(peer);
        let mut addresses = self.addresses();
        let address = addresses.entry(network).or_default();
        if address.open < self.most_each {
            address.open += 1;
            return Some(Place(Some((self.clone(), network))));
        }
        metrics::count(Counter::ShedAddress);
        if !std::mem::replace(&mut address.is_told, true) {
            let most = self.most_each;
            tracing::warn!(%network, most, "connections are closed: their address has too many");
        }
        None
    }

    fn addresses(&self) -> MutexGuard<'_, HashMap<IpAddr, Address>> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((seats, network)) = &self.0 else { return };
        if let Entry::Occupied(mut address) = seats.addresses().entry(*network) {
            address.get_mut().open -= 1;
            if address.get().open == 0 {
                address.remove();
            }
        }
    }
}

/// Who counts as one: an IPv4 address, or the network of 64 bits that an IPv6 host has to itself.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_places_and_no_other_ones() {
        let seats = Arc::new(Seats::new(9, 2));
        let taken = ["10.0.0.1", "::ffff:10.0.0.1"].map(|text| seats.place(peer(text)));
        assert!(taken.iter().all(Option::is_some));

        assert!(seats.place(peer("10.0.0.1")).is_none());
        assert!(seats.place(peer("10.0.0.2")).is_some());
        drop(taken);

        assert!(seats.addresses().is_empty());
        assert!(seats.place(peer("10.0.0.1")).is_some());
    }

    #[test]
    fn an_ipv6_host_is_its_network() {
        let seats = Arc::new(Seats::new(9, 1));
        let _taken = seats.place(peer("2001:db8:0:1::1"));

        assert!(seats.place(peer("2001:db8:0:1:ffff::2")).is_none());
        assert!(seats.place(peer("2001:db8:0:2::1")).is_some());
    }

    #[test]
    fn without_a_cap_nothing_is_kept() {
        let seats = Arc::new(Seats::new(9, 0));

        let _taken = [seats.place(peer("10.0.0.1")), seats.place(peer("10.0.0.1"))];

        assert!(seats.addresses().is_empty());
    }
}
