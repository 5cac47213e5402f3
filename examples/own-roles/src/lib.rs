//! A help desk whose roles are no ladder: an auditor sees more than a customer, and does less.

use skeleton_runtime::prelude::*;

/// Who works with the help desk. In tokens and in the database they are `CUSTOMER`, `AUDITOR` and so on.
///
/// As soon as one role says `includes`, each has what it names and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Role {
    /// Asks for help.
    #[role(default)]
    Customer,
    /// Reads everything that customers write, and writes nothing.
    Auditor,
    /// Helps.
    #[role(includes(Customer))]
    Agent,
    /// Does all that there is to do.
    #[role(includes(Agent, Auditor))]
    Manager,
}

/// A customer's question.
#[resource]
#[requires_role(
    list = Agent | Auditor,
    get = owner | Agent | Auditor,
    create = exactly(Customer),
    update = owner | Agent,
    replace = owner | Agent,
    delete = Manager
)]
pub struct Ticket {
    /// The ticket.
    pub id: Uuid,
    /// What it is about.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(search)]
    pub subject: String,
    /// Whether it was answered; agents say so.
    #[field(default, filter, index, write = Agent)]
    pub solved: bool,
    /// What agents tell each other. To everybody else the field does not exist.
    #[field(read = Agent, write = Agent)]
    pub internal_note: Option<String>,
    /// Who asks.
    #[field(filter, owner, belongs_to = User)]
    pub customer_id: Uuid,
    /// When it was asked.
    #[field(sort)]
    pub created_at: DateTime<Utc>,
}

/// The application, ready to run or to be tested.
#[must_use]
pub fn app() -> App {
    App::new(package!())
        .roles::<Role>()
        .migrations(migrations!("migrations"))
        .resource::<Ticket>()
}
