//! Arithmetic of types, for `GROUP BY`: whether two columns of a table are the same one.
//!
//! Diesel's `table!` writes an impl for each pair of columns. Here each column has its place, in binary, and the pair
//! is compared where a query needs it.

use diesel::expression::is_contained_in_group_by::{No, Yes};
use diesel::query_source::{Never, Once};

/// Yes or no.
pub trait Answer {
    /// Both.
    type And<Other: Answer>: Answer;
    /// One or both.
    type Or<Other: Answer>: Answer;
}

impl Answer for Yes {
    type And<Other: Answer> = Other;
    type Or<Other: Answer> = Self;
}

impl Answer for No {
    type And<Other: Answer> = Self;
    type Or<Other: Answer> = Other;
}

/// One or both.
pub(super) type Or<A, B> = <A as Answer>::Or<B>;
type And<A, B> = <A as Answer>::And<B>;

/// How often a table appears where another is.
pub trait Occurrence {
    /// The answer, if it does at all.
    type And<Other: Answer>: Answer;
}

impl Occurrence for Once {
    type And<Other: Answer> = Other;
}

impl Occurrence for Never {
    type And<Other: Answer> = No;
}

/// A binary digit.
pub trait Bit {
    /// Whether it is zero.
    type IsZero: Answer;
    /// Whether it is one.
    type IsOne: Answer;
    /// Whether it is the other.
    type Is<Other: Bit>: Answer;
}

/// The digit 0.
#[derive(Debug)]
pub enum Zero {}

/// The digit 1.
#[derive(Debug)]
pub enum One {}

impl Bit for Zero {
    type IsZero = Yes;
    type IsOne = No;
    type Is<Other: Bit> = Other::IsZero;
}

impl Bit for One {
    type IsZero = No;
    type IsOne = Yes;
    type Is<Other: Bit> = Other::IsOne;
}

/// A number from 0 to 31.
pub trait Place {
    /// The digit of 16.
    type A: Bit;
    /// The digit of 8.
    type B: Bit;
    /// The digit of 4.
    type C: Bit;
    /// The digit of 2.
    type D: Bit;
    /// The digit of 1.
    type E: Bit;
}

impl<A: Bit, B: Bit, C: Bit, D: Bit, E: Bit> Place for (A, B, C, D, E) {
    type A = A;
    type B = B;
    type C = C;
    type D = D;
    type E = E;
}

type Is<A, B> = <A as Bit>::Is<B>;

/// Whether two places are the same one.
pub(super) type Same<P, Q> = And<
    Is<<P as Place>::A, <Q as Place>::A>,
    And<
        Is<<P as Place>::B, <Q as Place>::B>,
        And<
            Is<<P as Place>::C, <Q as Place>::C>,
            And<Is<<P as Place>::D, <Q as Place>::D>, Is<<P as Place>::E, <Q as Place>::E>>,
        >,
    >,
>;

/// The places that a column may have.
pub mod places {
    use super::{One as I, Zero as O};

    macro_rules! places {
        ($($name:ident $a:ident $b:ident $c:ident $d:ident $e:ident;)*) => {$(
            #[doc(hidden)]
            pub type $name = ($a, $b, $c, $d, $e);
        )*};
    }

    places! {
        P0 O O O O O;
        P1 O O O O I;
        P2 O O O I O;
        P3 O O O I I;
        P4 O O I O O;
        P5 O O I O I;
        P6 O O I I O;
        P7 O O I I I;
        P8 O I O O O;
        P9 O I O O I;
        P10 O I O I O;
        P11 O I O I I;
        P12 O I I O O;
        P13 O I I O I;
        P14 O I I I O;
        P15 O I I I I;
        P16 I O O O O;
        P17 I O O O I;
        P18 I O O I O;
        P19 I O O I I;
        P20 I O I O O;
        P21 I O I O I;
        P22 I O I I O;
        P23 I O I I I;
        P24 I I O O O;
        P25 I I O O I;
        P26 I I O I O;
        P27 I I O I I;
        P28 I I I O O;
        P29 I I I O I;
        P30 I I I I O;
        P31 I I I I I;
    }
}
