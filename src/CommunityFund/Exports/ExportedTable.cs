using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>A table of the database and whether a body takes it away; a test knows every table of the schema.</summary>
/// <param name="Name">Also names its sentence among the words, <c>export.table.NAME</c>.</param>
/// <param name="OfBook">Which rows are the book's, where no column book_id says it; {0} is the book.</param>
/// <param name="Without">Columns that stay: secrets, and what is exported as files.</param>
/// <param name="LeftOut">Why the table stays altogether, as a key of the words; null if it is exported.</param>
/// <param name="OnlyFor">Roles that take it away; null if every reader of the book does.</param>
internal sealed record ExportedTable(
    string Name, string? OfBook = null, string[]? Without = null, string? LeftOut = null, Role[]? OnlyFor = null)
{
    private const string Secret = "export.left-out.secret", Passing = "export.left-out.passing",
        Machine = "export.left-out.machine", OtherRole = "export.left-out.role";

    // Bodies that share an installation share the register of names; each takes the people of its own books.
    private static readonly string People = $"person_id in ({string.Join(" union ", new[]
    {
        "role_grant.person_id", "role_grant.granted_by", "voucher_line.counterparty_id", "posting.counterparty_id",
        "gift_lot.counterparty_id", "agency_position.counterparty_id", "donation.donor_id", "voucher.maker_id",
        "voucher.decided_by", "bank_file.imported_by", "bank_file.undone_by", "bank_profile.made_by", "bank_line.decided_by",
        "bank_match.matched_by", "bank_match.undone_by", "bank_tick.ticked_by", "bank_tick.undone_by",
        "reconciliation.prepared_by", "reconciliation.decided_by", "reconciliation.unlock_asked_by",
        "reconciliation.unlocked_by", "cash_note.counterparty_id", "cash_note.noted_by", "cash_note.dropped_by",
        "cash_count.counted_by", "cash_count.watched_by", "expectation.counterparty_id", "expectation.made_by",
        "expectation.closed_by", "expectation_line.counterparty_id", "bank_rule.made_by", "bank_rule.changed_by",
        "payee_account.payee_id", "payee_account.holder_id", "payee_account.added_by", "payee_account.checked_by",
        "payee_account.ended_by", "debt.creditor_id", "debt.submitted_by", "debt.approved_by", "debt.replied_by",
        "own_transfer.planned_by", "own_transfer.ended_by", "payment_batch.made_by", "payment_batch.released_by",
        "payment_batch.ended_by", "payment_result.read_by", "payment_file.taken_by", "settlement.made_by", "period.closed_by",
        "command_log.actor_id", "document.added_by", "voucher_document.added_by", "document_rule.set_by",
        "fund_clause.added_by", "designation.recorded_by", "designation.revoked_by", "fund_decision.proposed_by",
        "fund_decision.decided_by", "fund_transfer.proposed_by", "fund_transfer.agreed_by", "fund_transfer.ended_by",
        "body_profile.set_by", "law_base.entered_by", "law_base.confirmed_by",
        "people_proposal.person_id", "people_proposal.proposed_by", "people_proposal.decided_by", "handover.from_id",
        "handover.to_id", "handover.supervisor_id", "handover.drawn_by", "erasure.erased_by", "review_rule.proposed_by",
        "review_rule.decided_by", "closing_reason.given_by", "change_over.proposed_by", "change_over.decided_by", "statement_layout.set_by",
    }.Select(column => column.Split('.')).Select(column => $"select {column[1]} from {column[0]} where book_id = {{0}}"))})";

    // As on the pages.
    private static readonly Role[] Watching = [Role.Admin, Role.FinanceOffice, Role.Panel];

    private const string Logins = "select l.id from login l join role_grant g using (person_id) where g.book_id = {0}";

    // Who serves several bodies signs in for another before and after the role here.
    private const string SignIns =
        """
        exists (select 1 from login l join role_grant g using (person_id) where l.id = t.login_id and g.book_id = {0}
                   and (t.happened_at at time zone 'Asia/Shanghai')::date between g.valid_from and coalesce(g.valid_until, 'infinity'))
        """;

    public static IReadOnlyList<ExportedTable> All { get; } =
    [
        new("book"), new("book_standard"), new("account"), new("account_name"), new("fund"), new("period"),
        new("journal_entry"), new("posting"), new("narrative"), new("balance"), new("fund_position"), new("agency_position"),
        new("voucher"), new("voucher_line"), new("hold"), new("gift_lot"), new("lot_move"), new("donation"),
        new("bank_account"), new("bank_file"), new("bank_line"), new("bank_match"), new("expectation"), new("expectation_line"),
        new("bank_profile"), new("suspense"), new("suspense_clearing"), new("refund"), new("bank_rule"), new("bank_tick"),
        new("reconciliation"), new("reconciliation_item"), new("statement_layout"), new("cash_note"), new("cash_count"),
        new("payee_account"), new("debt"), new("debt_line"), new("debt_document"), new("own_transfer"), new("payment_batch"),
        new("payment_row"), new("payment_file", Without: ["content"]), new("payment_result"), new("settlement"),
        new("settlement_line"),
        new("person", People),
        new("role_grant"),
        new("login", $"id in ({Logins})", ["password_hash", "security_stamp", "concurrency_stamp", "totp_key", "totp_last_step"],
            OnlyFor: Watching),
        new("sign_in_log", SignIns, OnlyFor: Watching),
        new("command_log", OnlyFor: Watching),
        new("fund_clause"), new("voucher_clause"), new("designation"), new("fund_decision"), new("fund_transfer"),
        new("document", Without: ["content"]), new("voucher_document"), new("document_rule"), new("body_profile"), new("law_base"),
        new("review_rule"), new("closing_reason"), new("change_over"),
        new("people_proposal", OnlyFor: Watching), new("duty_matrix"), new("duty_pair"), new("second_factor_rule"),
        new("handover"), new("handover_signature"), new("erasure", OnlyFor: Watching),
        new("schema_migration", "{0} > 0"),
        new("sign_in_session", LeftOut: Secret), new("data_protection_key", LeftOut: Secret),
        new("recovery_code", LeftOut: Secret), new("known_device", LeftOut: Secret), new("sign_in_try", LeftOut: Passing),
        new("backup_request", LeftOut: Machine), new("backup_run", LeftOut: Machine),
        new("bank_upload", LeftOut: Passing), new("document_upload", LeftOut: Passing),
    ];

    public static string PeopleOfBook => People;

    /// <summary>Why it stays where this person takes the tables, as a key of the words; null if it comes along.</summary>
    public string? WhyNot(Work work) =>
        LeftOut ?? (OnlyFor is null || work.Actor is null || work.Rights.ReachesAll(OnlyFor) ? null : OtherRole);
}
