//! Routes that are two at once, of which a router tells by a panic.

use crate::openapi::{AuthDocs, ServiceDocs};
use crate::resource::{Meta, Operation};

use super::routes::{self, Routes};

/// Pages of the kit, which the document does not have, beside those that show it.
const PAGES: [&str; 2] = ["/setup", "/setup/start.js"];

/// One method of one path.
struct Place {
    method: &'static str,
    path: String,
    whose: String,
}

impl Place {
    fn new(method: &'static str, path: impl Into<String>, whose: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            whose: whose.into(),
        }
    }

    /// Whether a router has no room for both. A parameter is one whatever it is called, but must be called alike.
    fn clashes(&self, other: &Self) -> bool {
        let (shape, others) = (shape(&self.path), shape(&other.path));
        if shape == others {
            return self.method == other.method || self.path != other.path;
        }
        swallows(&shape, &others) || swallows(&others, &shape)
    }
}

/// Handlers and resources at paths that are taken. Two resources with one path are told of elsewhere.
pub(super) fn faults(metas: &[&'static Meta], routes: &Routes) -> Vec<String> {
    let kit = kit();
    let resources = of_resources(metas);
    let mut faults: Vec<_> = resources
        .iter()
        .filter_map(|place| fault(place, kit.iter()))
        .collect();
    let handlers = of_handlers(routes);
    for (index, place) in handlers.iter().enumerate() {
        let taken = kit.iter().chain(&resources).chain(&handlers[..index]);
        faults.extend(fault(place, taken));
    }
    faults
}

/// Whatever the settings switch on or off.
fn kit() -> Vec<Place> {
    let listed = AuthDocs::ALL.list().into_iter();
    let listed = listed.chain(ServiceDocs::ALL.list());
    let listed = listed.map(|listed| Place::new(listed.method, listed.path, "the kit"));
    let pages = PAGES.into_iter();
    #[cfg(feature = "docs")]
    let pages = pages.chain(crate::openapi::page_paths());
    let pages = pages.map(|path| Place::new("GET", path, "the kit"));
    listed.chain(pages).collect()
}

fn of_resources(metas: &[&'static Meta]) -> Vec<Place> {
    let place = |meta: &Meta, operation: Operation| {
        let method = routes::name(&routes::method_of(operation));
        Place::new(method, meta.path_of(operation), format!("`{}`", meta.name))
    };
    let metas = metas.iter();
    metas
        .flat_map(|meta| meta.routed().map(|operation| place(meta, operation)))
        .collect()
}

fn of_handlers(routes: &Routes) -> Vec<Place> {
    let mut places = Vec::new();
    for route in routes.iter() {
        let name = route.operation.operation_id.as_deref().unwrap_or("handler");
        for method in &route.methods {
            let method = routes::name(method);
            places.push(Place::new(method, route.path.as_str(), format!("`{name}`")));
        }
    }
    places
}

fn fault<'a>(place: &Place, mut taken: impl Iterator<Item = &'a Place>) -> Option<String> {
    let other = taken.find(|other| place.clashes(other))?;
    let Place {
        method,
        path,
        whose,
    } = place;
    Some(if *path == other.path {
        format!(
            "{whose} is to answer {method} {path}, which {} does; give it another path",
            other.whose
        )
    } else {
        format!(
            "{whose} has the path {path}, which is {} of {}; call the parameter alike, or give it another path",
            other.path, other.whose
        )
    })
}

/// Whether the first has a rest of any length (`{*rest}`) where the second has a parameter. Fixed segments go first.
fn swallows(shape: &str, other: &str) -> bool {
    let before = shape.strip_suffix("{*}");
    let rest = before.and_then(|before| other.strip_prefix(before));
    rest.is_some_and(|rest| rest.starts_with('{'))
}

/// The path without the names of its parameters.
fn shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        wildcard if wildcard.starts_with("{*") => "{*}",
        parameter if parameter.starts_with('{') && parameter.ends_with('}') => "{}",
        fixed => fixed,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_answers_to_one_request_clash() {
        let clash = |one: (&'static str, &str), other: (&'static str, &str)| {
            let place = |(method, path)| Place::new(method, path, "x");
            place(one).clashes(&place(other))
        };
        assert!(clash(("GET", "/a/{id}"), ("GET", "/a/{id}")));
        assert!(clash(("GET", "/a/{id}"), ("PUT", "/a/{slug}")));
        assert!(!clash(("GET", "/a/{id}"), ("PUT", "/a/{id}")));
        assert!(!clash(("GET", "/a/{id}"), ("GET", "/a/bulk")));
        assert!(!clash(("GET", "/a/{id}"), ("GET", "/a/{slug}/b")));
        assert!(clash(("GET", "/a/{id}"), ("PUT", "/a/{*rest}")));
        assert!(clash(("GET", "/a/{*rest}"), ("GET", "/a/{id}/b")));
        assert!(clash(("GET", "/a/{*rest}"), ("GET", "/a/{*path}")));
        assert!(!clash(("GET", "/a/{*rest}"), ("GET", "/a/bulk")));
        assert!(!clash(("GET", "/a/{*rest}"), ("GET", "/a")));
    }

    #[test]
    fn the_kit_takes_no_path_twice() {
        let kit = kit();
        for (index, place) in kit.iter().enumerate() {
            assert_eq!(fault(place, kit[..index].iter()), None);
        }
        assert!(kit.iter().any(|place| place.path == "/openapi.json"));
    }
}
