//! netkit
