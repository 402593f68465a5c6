"""The tables of the sandbox's memory."""

# AUTOINCREMENT: an id that was reset away never comes back as somebody else's.
SCHEMA = """
CREATE TABLE IF NOT EXISTS leads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    user_id INTEGER NOT NULL,
    employee_id INTEGER,
    old_employee_id INTEGER,
    department_id INTEGER NOT NULL DEFAULT 0,
    deal_pipeline_id INTEGER NOT NULL,
    inbox_type_id INTEGER NOT NULL,
    client_id INTEGER,
    deal_id INTEGER,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    stage_updated_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS enquiries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    card_id INTEGER NOT NULL,
    lead_id INTEGER NOT NULL,
    method TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS enquiries_of_card ON enquiries (card_id);
CREATE INDEX IF NOT EXISTS enquiries_of_lead ON enquiries (lead_id);
CREATE INDEX IF NOT EXISTS enquiries_same ON enquiries (fingerprint);
CREATE TABLE IF NOT EXISTS clients (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL
);
CREATE TABLE IF NOT EXISTS contacts (
    owner TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, owner_id, kind, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS contacts_same ON contacts (owner, kind, value);
CREATE TABLE IF NOT EXISTS deals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL DEFAULT 'Сделка',
    client_id INTEGER NOT NULL,
    lead_id INTEGER,
    pipeline_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    employee_id INTEGER NOT NULL,
    old_employee_id INTEGER,
    department_id INTEGER NOT NULL DEFAULT 0,
    inbox_type_id INTEGER NOT NULL,
    in_inbox INTEGER NOT NULL DEFAULT 0,
    visible_at REAL NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL,
    stage_updated_at REAL,
    closed_at REAL
);
CREATE INDEX IF NOT EXISTS deals_of_client ON deals (client_id);
CREATE TABLE IF NOT EXISTS stage_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS moves_of_deal ON stage_moves (deal_id);
CREATE TABLE IF NOT EXISTS field_values (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    element INTEGER NOT NULL,
    element_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    input_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL,
    UNIQUE (element, element_id, kind, input_id)
);
CREATE TABLE IF NOT EXISTS log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    element INTEGER NOT NULL,
    element_id INTEGER NOT NULL,
    type_id INTEGER NOT NULL,
    data TEXT NOT NULL,
    user_id INTEGER,
    employee_id INTEGER,
    created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS log_of_element ON log (element, element_id);
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deal_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    from_employee_id INTEGER NOT NULL,
    to_employee_id INTEGER NOT NULL,
    to_department_id INTEGER NOT NULL,
    comment TEXT NOT NULL,
    due_at REAL NOT NULL,
    success INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS tasks_of_deal ON tasks (deal_id);
CREATE TABLE IF NOT EXISTS tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS deal_tags (
    deal_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (deal_id, tag_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS client_contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL,
    person TEXT NOT NULL,
    type_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    addon TEXT NOT NULL DEFAULT '',
    is_primary INTEGER NOT NULL DEFAULT 0,
    birthday TEXT,
    created_at REAL NOT NULL,
    updated_at REAL
);
CREATE INDEX IF NOT EXISTS contacts_of_client ON client_contacts (client_id);
CREATE TABLE IF NOT EXISTS companies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL,
    is_primary INTEGER NOT NULL,
    requisites TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS companies_of_client ON companies (client_id);
CREATE TABLE IF NOT EXISTS settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    source TEXT NOT NULL,
    verb TEXT NOT NULL,
    path TEXT NOT NULL,
    method TEXT NOT NULL,
    body TEXT NOT NULL,
    status INTEGER,
    effect INTEGER NOT NULL,
    did TEXT NOT NULL,
    message TEXT NOT NULL,
    reply TEXT NOT NULL,
    fault TEXT
);
CREATE TABLE IF NOT EXISTS faults (
    method TEXT PRIMARY KEY,
    fault TEXT NOT NULL,
    seconds REAL NOT NULL,
    times INTEGER,
    message TEXT NOT NULL
);
"""
# The ledger is append-only: only a reset, which forgets everything, may empty it. The third
# guard is against INSERT OR REPLACE, whose DELETE sets no trigger off.
LEDGER_GUARDS = {
    "ledger_keeps_entries": "DELETE ON ledger",
    "ledger_changes_no_entry": "UPDATE ON ledger",
    "ledger_replaces_no_entry": (
        "INSERT ON ledger WHEN EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)"
    ),
}
# What SQLite itself keeps to tell whose a file is: "Evbx" in ASCII.
APPLICATION_ID = 0x45766278
SCHEMA_VERSION = 4
TABLES = (
    "leads",
    "enquiries",
    "clients",
    "contacts",
    "client_contacts",
    "companies",
    "deals",
    "stage_moves",
    "deal_tags",
    "tags",
    "field_values",
    "log",
    "tasks",
    "settings",
    "ledger",
    "faults",
)
# Each kind has a range of its own: an id sent to the wrong method is then found out.
FIRST_IDS = {
    "leads": 1_640_000,
    "clients": 540_000,
    "deals": 320_000,
    "tasks": 186_000,
    "companies": 140_000,
    "client_contacts": 70_000,
    "log": 900_000,
    "tags": 3_800,
}
