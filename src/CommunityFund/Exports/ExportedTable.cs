namespace CommunityFund.Exports;

/// <summary>A table of the database and whether a body takes it away; a test knows every table of the schema.</summary>
/// <param name="Name">Also names its sentence among the words, <c>export.table.NAME</c>.</param>
/// <param name="OfBook">Which rows are the book's, where no column book_id says it; {0} is the book.</param>
/// <param name="Without">Columns that stay: secrets, and what is exported as files.</param>
/// <param name="LeftOut">Why the table stays altogether, as a key of the words; null if it is exported.</param>
internal sealed record ExportedTable(string Name, string? OfBook = null, string[]? Without = null, string? LeftOut = null)
{
    private const string Secret = "export.left-out.secret", Passing = "export.left-out.passing";

    // Bodies that share an installation share the register of names; each takes the people of its own books.
    private const string People =
        """
        person_id in (
          select person_id from role_grant where book_id = {0}
          union select granted_by from role_grant where book_id = {0}
          union select counterparty_id from voucher_line where book_id = {0}
          union select counterparty_id from posting where book_id = {0}
          union select counterparty_id from gift_lot where book_id = {0}
          union select counterparty_id from agency_position where book_id = {0}
          union select donor_id from donation where book_id = {0}
          union select maker_id from voucher where book_id = {0}
          union select decided_by from voucher where book_id = {0}
          union select imported_by from bank_file where book_id = {0}
          union select decided_by from bank_line where book_id = {0}
          union select closed_by from period where book_id = {0}
          union select actor_id from command_log where book_id = {0})
        """;

    private const string Logins = "select l.id from login l join role_grant g using (person_id) where g.book_id = {0}";

    public static IReadOnlyList<ExportedTable> All { get; } =
    [
        new("book"), new("book_standard"), new("account"), new("account_name"), new("fund"), new("period"),
        new("journal_entry"), new("posting"), new("narrative"), new("balance"), new("fund_position"), new("agency_position"),
        new("voucher"), new("voucher_line"), new("hold"), new("gift_lot"), new("lot_move"), new("donation"),
        new("bank_account"), new("bank_file"), new("bank_line"),
        new("person", People),
        new("role_grant"),
        new("login", $"id in ({Logins})", ["password_hash", "security_stamp", "concurrency_stamp", "totp_key", "totp_last_step"]),
        new("sign_in_log", $"login_id in ({Logins})"),
        new("command_log"),
        new("document", Without: ["content"]), new("voucher_document"), new("document_rule"),
        new("people_proposal"), new("duty_matrix"), new("duty_pair"), new("second_factor_rule"),
        new("handover"), new("handover_signature"), new("erasure"),
        new("schema_migration", "{0} > 0"),
        new("sign_in_session", LeftOut: Secret), new("data_protection_key", LeftOut: Secret),
        new("recovery_code", LeftOut: Secret), new("known_device", LeftOut: Secret), new("sign_in_try", LeftOut: Passing),
        new("bank_upload", LeftOut: Passing), new("document_upload", LeftOut: Passing),
    ];

    public static string PeopleOfBook => People;
}
