//! The layers together: through the router alone, and over sockets.

mod layers;
mod paths;
mod sockets;
